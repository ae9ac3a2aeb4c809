"""Kafka helpers of the training container."""
import json
import logging
import os
import time
from datetime import datetime, timezone

from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import NoBrokersAvailable

logger = logging.getLogger(__name__)


def _bootstrap():
    return os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092").split(",")


def _with_retry(build, attempts=10, pause=3.0):
    """The broker is often slower to start than we are."""
    for attempt in range(1, attempts + 1):
        try:
            return build()
        except NoBrokersAvailable:
            logger.warning("no broker yet (%d/%d)", attempt, attempts)
            time.sleep(pause)
    raise RuntimeError("Kafka is not reachable")


def create_producer():
    return _with_retry(
        lambda: KafkaProducer(
            bootstrap_servers=_bootstrap(),
            value_serializer=lambda v: json.dumps(v, default=str).encode("utf-8"),
            acks="all",
        )
    )


def create_consumer(topic, group_id):
    # Training takes minutes: one record at a time, and a long poll interval.
    return _with_retry(
        lambda: KafkaConsumer(
            topic,
            bootstrap_servers=_bootstrap(),
            group_id=group_id,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_poll_records=1,
            max_poll_interval_ms=30 * 60 * 1000,
            value_deserializer=lambda v: json.loads(v.decode("utf-8")),
        )
    )


def produce_message(producer, topic, value, key=None):
    encoded = key.encode("utf-8") if isinstance(key, str) else key
    producer.send(topic, key=encoded, value=value)
    producer.flush()


def publish_error(producer, dlq_topic, stage, error, payload=None):
    body = {
        "stage": stage,
        "error": str(error),
        "error_type": type(error).__name__,
        "payload": payload or {},
        "timestamp": datetime.now(timezone.utc).isoformat(),
    }
    try:
        produce_message(producer, dlq_topic, body, key="error")
    except Exception:
        logger.exception("could not publish to %s", dlq_topic)
