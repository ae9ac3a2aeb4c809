"""The consuming side of eval."""
import logging

from kafka_utils import create_consumer, publish_error

logger = logging.getLogger("eval.loop")


def run(promoter, topic, group_id):
    consumer = create_consumer(topic, group_id)
    logger.info("waiting on %s as %s", topic, group_id)
    for record in consumer:
        message = record.value
        if message is not None:
            process(promoter, message)
        consumer.commit()


def process(promoter, message):
    try:
        dispatch(promoter, message)
    except Exception as error:
        logger.exception("evaluation failed")
        publish_error(promoter.producer, promoter.dlq_topic, "eval", error, message)


def dispatch(promoter, message):
    status = message.get("status")
    if status == "RUNNING":
        promoter.mark_running(message)
    elif status == "SUCCESS":
        promoter.add(message)
    else:
        raise ValueError(f"unknown status {status!r}")
