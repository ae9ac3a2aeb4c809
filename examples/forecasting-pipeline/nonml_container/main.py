"""Statistical (non-ML) models: Prophet on the same claim checks as the networks."""
import json
import logging
import os
import time
import uuid

import kafka_utils
from messages import running_message, success_message
from model import fit_prophet
from storage import connect, read_frame, write_model

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s [prophet] %(message)s")
log = logging.getLogger("nonml")

CONSUMER_TOPIC = os.environ.get("CONSUMER_TOPIC") or "training-data"
PRODUCER_TOPIC = os.environ.get("PRODUCER_TOPIC") or "model-training"
GROUP_ID = os.environ.get("CONSUMER_GROUP_ID") or "nonml-prophet"
DLQ_TOPIC = f"DLQ-{PRODUCER_TOPIC}"
MODEL_BUCKET = os.environ.get("MODEL_BUCKET", "models")
CHANGEPOINT_PRIOR = float(os.environ.get("CHANGEPOINT_PRIOR", "0.05"))

seen_runs = set()


def announce(producer, payload):
    """Everything this container reports goes to one topic, keyed by run."""
    kafka_utils.produce_message(producer, PRODUCER_TOPIC, payload, key=payload["run_id"])


def process(producer, storage, claim):
    fingerprint = (claim["object"], claim["config_hash"])
    if fingerprint in seen_runs:
        log.info("%s was handled already", claim["object"])
        return
    run_id = uuid.uuid4().hex
    started = time.monotonic()
    announce(producer, running_message(claim, run_id))

    frame = read_frame(storage, claim)
    text, metrics = fit_prophet(frame, CHANGEPOINT_PRIOR)
    object_name = f"{claim['identifier']}/prophet/{run_id}.json"
    size = write_model(storage, MODEL_BUCKET, object_name, text)

    payload = success_message(
        claim, run_id, MODEL_BUCKET, object_name, size, metrics, time.monotonic() - started
    )
    announce(producer, payload)
    seen_runs.add(fingerprint)
    log.info("run %s done: %s", run_id, metrics)


def poll_forever(consumer, producer, storage):
    while True:
        batches = consumer.poll(timeout_ms=1000)
        for records in batches.values():
            for record in records:
                claim = json.loads(record.value.decode("utf-8"))
                try:
                    process(producer, storage, claim)
                except Exception as error:
                    log.exception("prophet failed")
                    kafka_utils.publish_error(producer, DLQ_TOPIC, "train-PROPHET", error, claim)


def main():
    consumer = kafka_utils.create_consumer(CONSUMER_TOPIC, GROUP_ID, max_poll_records=1)
    log.info("waiting on %s as %s", CONSUMER_TOPIC, GROUP_ID)
    poll_forever(consumer, kafka_utils.create_producer(), connect())


if __name__ == "__main__":
    main()
