"""Inference: three topics, one queue. A promotion goes before news of a training,
and both go before data to forecast."""
import itertools
import logging
from queue import PriorityQueue
from threading import Thread

from kafka_utils import create_consumer, create_producer
from service import InferenceService
from settings import GROUP_ID, INFERENCE_TOPIC, PROMOTION_TOPIC, TRAINING_TOPIC, WORKERS
from worker import work

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s [inference] %(message)s")

PRIORITY = {"promotion": 0, "training": 1, "inference": 2}


def start_consumers(jobs):
    order = itertools.count()

    def loop(topic, kind):
        consumer = create_consumer(topic, GROUP_ID)
        for record in consumer:
            jobs.put((PRIORITY[kind], next(order), kind, record.value))

    threads = [
        Thread(target=loop, args=(INFERENCE_TOPIC, "inference"), daemon=True),
        Thread(target=loop, args=(TRAINING_TOPIC, "training"), daemon=True),
        Thread(target=loop, args=(PROMOTION_TOPIC, "promotion"), daemon=True),
    ]
    for thread in threads:
        thread.start()
    return threads


def main():
    jobs = PriorityQueue()
    service = InferenceService(create_producer())
    for _ in range(WORKERS):
        Thread(target=work, args=(service, jobs), daemon=True).start()
    for thread in start_consumers(jobs):
        thread.join()


if __name__ == "__main__":
    main()
