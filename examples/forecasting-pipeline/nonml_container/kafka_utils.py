"""Kafka helpers of the statistical models (from train_container, simplified)."""
import json
import logging
import os
from datetime import datetime, timezone

from kafka import KafkaConsumer, KafkaProducer

log = logging.getLogger("kafka_utils")


def create_producer():
    return KafkaProducer(bootstrap_servers=os.getenv("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092"))


def create_consumer(topic, group_id, **extra):
    options = dict(auto_offset_reset="earliest", enable_auto_commit=True)
    options.update(extra)
    consumer = KafkaConsumer(
        bootstrap_servers=os.getenv("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092"),
        group_id=group_id,
        **options,
    )
    consumer.subscribe([topic])
    return consumer


def _on_error(exc):
    log.error("delivery failed: %s", exc)


def produce_message(producer, topic, value, key=None):
    # No value_serializer on this producer: encode here.
    data = json.dumps(value).encode("utf-8")
    raw_key = None if key is None else str(key).encode("utf-8")
    producer.send(topic=topic, value=data, key=raw_key).add_errback(_on_error)
    producer.flush(timeout=15)


def publish_error(producer, dlq_topic, stage, error, payload=None):
    record = dict(
        stage=stage,
        error=repr(error),
        error_type=type(error).__name__,
        payload=payload if payload is not None else {},
        timestamp=datetime.now(timezone.utc).isoformat(),
    )
    producer.send(dlq_topic, json.dumps(record).encode("utf-8"), b"error")
    producer.flush(timeout=15)
