"""Holds finished models back until all expected types are there, then promotes the best."""
import io
import json
import logging
import os
from datetime import datetime, timezone

from minio import Minio
from minio.commonconfig import CopySource

from kafka_utils import produce_message
from scoring import rank, score

logger = logging.getLogger("eval.promoter")


def connect():
    return Minio(
        os.environ.get("MINIO_ENDPOINT", "minio:9000"),
        access_key=os.environ.get("MINIO_ACCESS_KEY", "minioadmin"),
        secret_key=os.environ.get("MINIO_SECRET_KEY", "minioadmin"),
        secure=False,
    )


class Promoter:
    def __init__(self, producer, storage, output_topic, dlq_topic, expected):
        self.producer = producer
        self.storage = storage
        self.output_topic = output_topic
        self.dlq_topic = dlq_topic
        self.expected = frozenset(expected)
        # (identifier, config_hash) -> model type -> the SUCCESS message
        self.completed = {}
        self.running = {}

    def mark_running(self, message):
        self.running[message["run_id"]] = message["started_at"]

    def add(self, message):
        """Keep one finished model; promote once every expected type has one."""
        started = self.running.pop(message["run_id"], None)
        elapsed = message.get("training_time", 0.0)
        logger.info("%s took %.1f s (since %s)", message["model_type"], elapsed, started)
        slot = (message["identifier"], message["config_hash"])
        results = self.completed.setdefault(slot, {})
        results[message["model_type"]] = message
        missing = self.expected - results.keys()
        if missing:
            logger.info("%s still waits for %s", slot, ", ".join(sorted(missing)))
            return
        ranked = rank(results.values())
        del self.completed[slot]
        self.promote(ranked[0])
        self.archive(ranked[1:])

    def promote(self, best):
        payload = {
            "identifier": best["identifier"],
            "config_hash": best["config_hash"],
            "run_id": best["run_id"],
            "model_type": best["model_type"],
            "bucket": best["bucket"],
            "object": best["object"],
            "size": best["size"],
            "v": best["v"],
            "score": score(best),
            "promoted_at": datetime.now(timezone.utc).isoformat(),
        }
        self.write_pointer(payload)
        produce_message(self.producer, self.output_topic, payload, key="promotion")
        logger.info("promoted %s %s", payload["model_type"], payload["run_id"])

    def write_pointer(self, payload):
        """current.json beside the models says which one is in use."""
        body = json.dumps(payload).encode("utf-8")
        name = f"{payload['identifier']}/current.json"
        self.storage.put_object(payload["bucket"], name, io.BytesIO(body), len(body))

    def archive(self, losers):
        """Move the models that lost out of the live bucket."""
        archive_bucket = os.environ["ARCHIVE_BUCKET"]
        for message in losers:
            source = CopySource(message["bucket"], message["object"])
            self.storage.copy_object(archive_bucket, message["object"], source)
            self.storage.remove_object(message["bucket"], message["object"])
