"""Everything this container takes from its environment."""
import os


def env_var(name, default):
    value = os.environ.get(name, default)
    return value.strip() if isinstance(value, str) else value


BOOTSTRAP_SERVERS = env_var("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")

INFERENCE_TOPIC = env_var("INFERENCE_TOPIC", "inference-data")
TRAINING_TOPIC = env_var("TRAINING_TOPIC", "model-training")
PROMOTION_TOPIC = env_var("PROMOTION_TOPIC", "model-selected")
PERFORMANCE_TOPIC = env_var("PERFORMANCE_TOPIC", "performance-eval")
GROUP_ID = env_var("INFERENCE_GROUP_ID", "batch-forecasting-v2")

FORECAST_BUCKET = env_var("FORECAST_BUCKET", "forecasts")
WORKERS = int(env_var("INFERENCE_WORKERS", "1"))

MINIO_ENDPOINT = env_var("MINIO_ENDPOINT", "minio:9000")
MINIO_ACCESS_KEY = env_var("MINIO_ACCESS_KEY", "minioadmin")
MINIO_SECRET_KEY = env_var("MINIO_SECRET_KEY", "minioadmin")
