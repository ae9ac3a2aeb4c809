"""What this container says on the model-training topic."""
from datetime import datetime, timezone

MODEL_TYPE = "PROPHET"


def _now():
    return datetime.now(timezone.utc).isoformat()


def running_message(claim, run_id):
    return {
        "run_id": run_id,
        "model_type": MODEL_TYPE,
        "identifier": claim["identifier"],
        "config_hash": claim["config_hash"],
        "status": "RUNNING",
        "started_at": _now(),
    }


def success_message(claim, run_id, bucket, object_name, size, metrics, duration):
    message = {
        "run_id": run_id,
        "model_type": MODEL_TYPE,
        "identifier": claim["identifier"],
        "config_hash": claim["config_hash"],
        "status": "SUCCESS",
        "bucket": bucket,
        "object": object_name,
        "size": size,
        "v": 1,
        "metrics": metrics,
        "duration_s": float(duration),
        "finished_at": _now(),
    }
    return message
