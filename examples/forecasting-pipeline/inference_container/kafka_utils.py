"""Kafka helpers of the inference container."""
import json
import logging
from datetime import datetime, timezone

from kafka import KafkaConsumer, KafkaProducer

import settings

logger = logging.getLogger("inference.kafka")


def create_producer():
    return KafkaProducer(
        bootstrap_servers=settings.BOOTSTRAP_SERVERS,
        value_serializer=lambda v: json.dumps(v, allow_nan=False).encode(),
        key_serializer=str.encode,
        compression_type="gzip",
    )


def create_consumer(topic, group_id):
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=settings.BOOTSTRAP_SERVERS,
        group_id=group_id,
        client_id=f"inference-{topic}",
        auto_offset_reset="earliest",
        value_deserializer=lambda raw: json.loads(raw),
    )
    logger.info("subscribed to %s as %s", topic, group_id)
    return consumer


def produce_message(producer, topic, value, key=None):
    return producer.send(topic, value=value, key=key or "none")


def publish_error(producer, dlq_topic, stage, error, payload=None):
    now = datetime.now(timezone.utc)
    failure = {"stage": stage, "error": str(error), "error_type": type(error).__name__}
    failure["payload"] = payload or {}
    failure["timestamp"] = now.isoformat()
    produce_message(producer, dlq_topic, failure, key="error")
    producer.flush()
