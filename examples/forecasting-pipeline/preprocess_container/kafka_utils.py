"""Kafka helpers. Copied into every container; keep the signatures the same."""
import json
import logging
import os
from datetime import datetime, timezone

from kafka import KafkaConsumer, KafkaProducer

logger = logging.getLogger(__name__)

KAFKA_BOOTSTRAP_SERVERS = os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")


def create_producer():
    return KafkaProducer(
        bootstrap_servers=KAFKA_BOOTSTRAP_SERVERS,
        value_serializer=lambda v: json.dumps(v).encode("utf-8"),
        key_serializer=lambda k: k.encode("utf-8") if k else None,
        acks="all",
        retries=5,
        linger_ms=10,
    )


def create_consumer(topic, group_id):
    return KafkaConsumer(
        topic,
        bootstrap_servers=KAFKA_BOOTSTRAP_SERVERS,
        group_id=group_id,
        auto_offset_reset="earliest",
        value_deserializer=lambda v: json.loads(v.decode("utf-8")),
    )


def produce_message(producer, topic, value, key=None):
    future = producer.send(topic, value=value, key=key)
    metadata = future.get(timeout=30)
    logger.info("sent to %s partition=%s offset=%s", topic, metadata.partition, metadata.offset)
    return metadata


def publish_error(producer, dlq_topic, stage, error, payload=None):
    """Send what failed, and why, to the dead-letter topic. Never raises."""
    try:
        produce_message(
            producer,
            dlq_topic,
            {
                "stage": stage,
                "error": str(error),
                "error_type": type(error).__name__,
                "payload": payload or {},
                "timestamp": datetime.now(timezone.utc).isoformat(),
            },
            key="error",
        )
    except Exception:
        logger.exception("could not publish to %s", dlq_topic)
