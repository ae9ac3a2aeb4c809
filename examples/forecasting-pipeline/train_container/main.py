"""Training: one service per model type, all of them from this folder."""
import logging
import os
import time
import uuid
from datetime import datetime, timezone

from kafka_utils import create_consumer, create_producer, produce_message, publish_error
from storage import env_var, load_claim, storage_client, store_model
from trainer import fit

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
logger = logging.getLogger("train")

MODEL_TYPE = os.environ["MODEL_TYPE"].upper()
CONSUMER_TOPIC = env_var("CONSUMER_TOPIC", "training-data")
CONSUMER_GROUP_ID = os.environ.get("CONSUMER_GROUP_ID")
PRODUCER_TOPIC = os.environ.get("PRODUCER_TOPIC", "model-training")
DLQ_TOPIC = f"DLQ-{os.environ.get('PRODUCER_TOPIC', 'model-training')}"
MODEL_BUCKET = env_var("MODEL_BUCKET", "models")
EPOCHS = int(env_var("EPOCHS", "10"))


def now():
    return datetime.now(timezone.utc).isoformat()


def handle(producer, storage, claim):
    """Train one model on one claim check and announce its start and its end."""
    run_id = uuid.uuid4().hex
    started = time.monotonic()
    common = {
        "run_id": run_id,
        "model_type": MODEL_TYPE,
        "identifier": claim["identifier"],
        "config_hash": claim["config_hash"],
    }
    produce_message(
        producer,
        PRODUCER_TOPIC,
        {**common, "status": "RUNNING", "started_at": now()},
        key=run_id,
    )
    frame = load_claim(storage, claim)
    body, metrics = fit(frame, MODEL_TYPE, EPOCHS)
    object_name = f"{claim['identifier']}/{MODEL_TYPE.lower()}/{run_id}.pt"
    size = store_model(storage, MODEL_BUCKET, object_name, body)
    produce_message(
        producer,
        PRODUCER_TOPIC,
        {
            **common,
            "status": "SUCCESS",
            "bucket": MODEL_BUCKET,
            "object": object_name,
            "size": size,
            "v": 1,
            "metrics": metrics,
            "duration_s": time.monotonic() - started,
            "finished_at": now(),
        },
        key=run_id,
    )
    logger.info("%s run %s done: %s", MODEL_TYPE, run_id, metrics)


def main():
    producer = create_producer()
    storage = storage_client()
    consumer = create_consumer(CONSUMER_TOPIC, CONSUMER_GROUP_ID)
    logger.info("%s waits on %s as %s", MODEL_TYPE, CONSUMER_TOPIC, CONSUMER_GROUP_ID)
    for record in consumer:
        claim = record.value
        try:
            handle(producer, storage, claim)
        except Exception as error:
            logger.exception("training of %s failed", MODEL_TYPE)
            publish_error(producer, DLQ_TOPIC, f"train-{MODEL_TYPE}", error, claim)
        consumer.commit()


if __name__ == "__main__":
    main()
