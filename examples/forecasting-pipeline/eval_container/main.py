"""Eval: promotes the best model of each configuration."""
import logging
import os

from kafka_utils import create_producer
from loop import run
from promoter import Promoter, connect

logging.basicConfig(
    level=os.environ.get("LOG_LEVEL", "INFO"),
    format="%(asctime)s %(levelname)s [eval] %(message)s",
)

MODEL_TRAINING_TOPIC = os.environ.get("MODEL_TRAINING_TOPIC", "model-training")
MODEL_SELECTED_TOPIC = os.environ.get("MODEL_SELECTED_TOPIC", "model-selected")
GROUP_ID = os.environ.get("EVAL_GROUP_ID", "eval-promoter")
EXPECTED = os.environ.get("EXPECTED_MODEL_TYPES", "GRU,LSTM,PROPHET").split(",")


def main():
    promoter = Promoter(
        create_producer(),
        connect(),
        output_topic=MODEL_SELECTED_TOPIC,
        dlq_topic=f"DLQ-{MODEL_SELECTED_TOPIC}",
        expected=[name.strip() for name in EXPECTED],
    )
    run(promoter, MODEL_TRAINING_TOPIC, GROUP_ID)


if __name__ == "__main__":
    main()
