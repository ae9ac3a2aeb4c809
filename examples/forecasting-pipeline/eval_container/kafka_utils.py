"""Kafka helpers of the evaluation container."""
import json
import logging
import os
from datetime import datetime, timezone

from kafka import KafkaConsumer, KafkaProducer

logger = logging.getLogger("eval.kafka")

BOOTSTRAP = os.environ.get("KAFKA_BOOTSTRAP_SERVERS") or "kafka:9092"


def _serialize(value):
    return json.dumps(value).encode("utf-8")


def _deserialize(raw):
    """A message that is not JSON must not stop the promoter."""
    try:
        return json.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        logger.error("dropping a message that is not JSON")
        return None


def create_producer():
    conf = {
        "bootstrap_servers": BOOTSTRAP.split(","),
        "value_serializer": _serialize,
        "acks": "all",
    }
    return KafkaProducer(**conf)


def create_consumer(topic, group_id):
    conf = {
        "bootstrap_servers": BOOTSTRAP.split(","),
        "group_id": group_id,
        "auto_offset_reset": "earliest",
        "enable_auto_commit": False,
        "value_deserializer": _deserialize,
    }
    return KafkaConsumer(topic, **conf)


def produce_message(producer, topic, value, key=None):
    result = producer.send(topic, value, key=key.encode("utf-8") if key else None)
    result.get(timeout=10)


def publish_error(producer, dlq_topic, stage, error, payload=None):
    error_payload = {
        "stage": stage,
        "error": str(error),
        "error_type": type(error).__name__,
        "payload": payload or {},
        "timestamp": datetime.now(timezone.utc).isoformat(),
    }
    produce_message(producer, dlq_topic, error_payload, key="error")
    logger.error("%s: %s sent to %s", stage, error, dlq_topic)
