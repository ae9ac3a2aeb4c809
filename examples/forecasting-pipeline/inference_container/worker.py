"""Takes messages off the queue, the most urgent first."""
import logging

from kafka_utils import publish_error

logger = logging.getLogger("inference.worker")


def work(service, jobs):
    while True:
        _priority, _order, kind, message = jobs.get()
        try:
            dispatch(service, kind, message)
        except Exception as error:
            logger.exception("%s message failed", kind)
            publish_error(service.producer, service.dlq_topic, kind, error, message)
        finally:
            jobs.task_done()


def dispatch(service, kind, message):
    if kind == "promotion":
        on_promotion(service, message)
    elif kind == "training":
        on_training(service, message)
    else:
        on_inference(service, message)


def on_promotion(service, promotion):
    for claim in service.activate(promotion):
        service.forecast(claim)


def on_training(service, message):
    status = message["status"]
    if status == "RUNNING":
        service.note_running(message)
    elif status == "SUCCESS":
        service.prefetch(message)


def on_inference(service, claim):
    if claim["v"] != 1:
        raise ValueError(f"claim check version {claim['v']} is not supported")
    service.forecast(claim)
