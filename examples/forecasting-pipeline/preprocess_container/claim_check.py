"""The claim-check side of the pipeline: data goes to object storage, only a
reference to it goes through Kafka."""
import hashlib
import io
import json
import os

import boto3
from botocore.exceptions import ClientError

CLAIM_VERSION = 1


def storage_client():
    endpoint = os.environ.get("MINIO_ENDPOINT", "minio:9000")
    return boto3.client(
        "s3",
        endpoint_url=f"http://{endpoint}",
        aws_access_key_id=os.environ.get("MINIO_ACCESS_KEY", "minioadmin"),
        aws_secret_access_key=os.environ.get("MINIO_SECRET_KEY", "minioadmin"),
    )


def ensure_bucket(client, bucket):
    try:
        client.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            raise
        client.create_bucket(Bucket=bucket)


def config_hash(config):
    """A short, stable name for one preprocessing configuration."""
    canonical = json.dumps(config, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()[:16]


def upload_frame(client, bucket, object_name, frame):
    """Write a frame as Parquet and return its size in bytes."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    body = buffer.getvalue()
    ensure_bucket(client, bucket)
    client.put_object(Bucket=bucket, Key=object_name, Body=body)
    return len(body)


def build_claim_check(bucket, object_name, size, identifier, digest):
    """The message that stands for one uploaded file."""
    return {
        "bucket": bucket,
        "object": object_name,
        "size": int(size),
        "v": CLAIM_VERSION,
        "identifier": identifier,
        "config_hash": str(digest),
    }
