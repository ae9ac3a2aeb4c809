"""Preprocess: clean the raw series, store the two parts of it and announce them."""
import logging
import os
import sys

from claim_check import build_claim_check, config_hash, storage_client, upload_frame
from features import clean, load_series, split
from kafka_utils import create_producer, produce_message, publish_error

logging.basicConfig(
    level=os.environ.get("LOG_LEVEL", "INFO"),
    format="%(asctime)s %(levelname)s [preprocess] %(message)s",
)
logger = logging.getLogger("preprocess")

TRAINING_TOPIC = os.environ.get("TRAINING_TOPIC", "training-data")
INFERENCE_TOPIC = os.environ.get("INFERENCE_TOPIC") or "inference-data"
TRAINING_DLQ = f"DLQ-{TRAINING_TOPIC}"
INFERENCE_DLQ = "DLQ-" + INFERENCE_TOPIC

PROCESSED_BUCKET = os.environ.get("PROCESSED_BUCKET", "processed-data")
DATASET_ID = os.environ.get("DATASET_ID", "household-power")
DATASET_PATH = os.environ.get("DATASET_PATH", "/data/dataset.csv")

CONFIG = {
    "frequency": "h",
    "clip_sigma": 4.0,
    "holdout_rows": 168,
    "dataset": DATASET_ID,
}


def publish_training(producer, storage, frame, digest):
    object_name = f"{DATASET_ID}/{digest}/train.parquet"
    claim = None
    try:
        size = upload_frame(storage, PROCESSED_BUCKET, object_name, frame)
        claim = build_claim_check(PROCESSED_BUCKET, object_name, size, DATASET_ID, digest)
        produce_message(producer, TRAINING_TOPIC, claim, key=DATASET_ID)
    except Exception as error:
        logger.exception("training data of %s failed", DATASET_ID)
        publish_error(producer, TRAINING_DLQ, "publish_training", error, claim)
        return False
    return True


def publish_inference(producer, storage, frame, digest):
    object_name = f"{DATASET_ID}/{digest}/inference.parquet"
    claim = None
    try:
        size = upload_frame(storage, PROCESSED_BUCKET, object_name, frame)
        claim = build_claim_check(PROCESSED_BUCKET, object_name, size, DATASET_ID, digest)
        produce_message(producer, INFERENCE_TOPIC, claim, key=DATASET_ID)
    except Exception as error:
        logger.exception("inference data of %s failed", DATASET_ID)
        publish_error(producer, INFERENCE_DLQ, "publish_inference", error, claim)
        return False
    return True


def main():
    producer = create_producer()
    storage = storage_client()
    digest = config_hash(CONFIG)
    logger.info("dataset=%s config_hash=%s", DATASET_ID, digest)
    try:
        frame = clean(load_series(DATASET_PATH), CONFIG["clip_sigma"])
        train, holdout = split(frame, CONFIG["holdout_rows"])
    except Exception as error:
        logger.exception("preprocessing of %s failed", DATASET_ID)
        publish_error(producer, TRAINING_DLQ, "preprocess", error, {"identifier": DATASET_ID})
        producer.flush()
        return 1
    done = [
        publish_training(producer, storage, train, digest),
        publish_inference(producer, storage, holdout, digest),
    ]
    producer.flush()
    producer.close()
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
