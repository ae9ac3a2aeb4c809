"""The state of inference: models in use, models in training, work that must wait."""
import io
import logging
import threading

import boto3
import pandas as pd

import settings
from kafka_utils import produce_message
from models import accuracy, forecast_frame, open_model

logger = logging.getLogger("inference.service")


class InferenceService:
    def __init__(self, producer):
        self.producer = producer
        self.dlq_topic = f"DLQ-{settings.PERFORMANCE_TOPIC}"
        self.storage = boto3.client(
            "s3",
            endpoint_url=f"http://{settings.MINIO_ENDPOINT}",
            aws_access_key_id=settings.MINIO_ACCESS_KEY,
            aws_secret_access_key=settings.MINIO_SECRET_KEY,
        )
        self.lock = threading.Lock()
        self.training = {}  # run_id -> model type
        self.prefetched = {}  # run_id -> model
        self.active = {}  # identifier -> (promotion, model)
        self.waiting = {}  # identifier -> claims that came before any model

    def fetch(self, claim):
        reply = self.storage.get_object(Bucket=claim["bucket"], Key=claim["object"])
        return reply["Body"].read()

    def note_running(self, message):
        with self.lock:
            self.training[message["run_id"]] = message["model_type"]

    def prefetch(self, message):
        """Load a finished model before anyone promotes it."""
        model = open_model(message["model_type"], self.fetch(message))
        with self.lock:
            self.training.pop(message["run_id"], None)
            self.prefetched[message["run_id"]] = model

    def activate(self, promotion):
        """Use the promoted model from now on; returns the claims that waited for it."""
        model = self.prefetched.pop(promotion["run_id"], None)
        if model is None:
            model = open_model(promotion["model_type"], self.fetch(promotion))
        with self.lock:
            self.active[promotion["identifier"]] = (promotion, model)
            self.prefetched.clear()
            logger.info("now using %s (%.4f)", promotion["run_id"], promotion["score"])
            return self.waiting.pop(promotion["identifier"], [])

    def forecast(self, claim):
        identifier = claim["identifier"]
        with self.lock:
            if identifier not in self.active:
                self.waiting.setdefault(identifier, []).append(claim)
                logger.info("%s waits, %d in training", identifier, len(self.training))
                return
            promotion, model = self.active[identifier]
        if promotion["config_hash"] != claim["config_hash"]:
            logger.warning("%s: the model is of another configuration", identifier)
        frame = pd.read_parquet(io.BytesIO(self.fetch(claim)))
        result = forecast_frame(model, frame)
        object_name, size = self.store(identifier, claim["config_hash"], result)
        payload = self.performance(claim, promotion, object_name, size, result)
        produce_message(self.producer, settings.PERFORMANCE_TOPIC, payload, key=identifier)

    def store(self, identifier, digest, result):
        buffer = io.BytesIO()
        result.to_parquet(buffer, index=False)
        body = buffer.getvalue()
        name = f"{identifier}/{digest}/forecast.parquet"
        buckets = [entry["Name"] for entry in self.storage.list_buckets()["Buckets"]]
        if settings.FORECAST_BUCKET not in buckets:
            self.storage.create_bucket(Bucket=settings.FORECAST_BUCKET)
        self.storage.put_object(Bucket=settings.FORECAST_BUCKET, Key=name, Body=body)
        return name, len(body)

    def performance(self, claim, promotion, object_name, size, result):
        return {
            "bucket": settings.FORECAST_BUCKET,
            "object": object_name,
            "size": size,
            "v": 1,
            "identifier": claim["identifier"],
            "config_hash": claim["config_hash"],
            "run_id": promotion["run_id"],
            "model_type": promotion["model_type"],
            "rows": len(result),
            "metrics": accuracy(result),
        }
