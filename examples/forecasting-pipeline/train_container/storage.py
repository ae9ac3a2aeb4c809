"""Claim checks in and out of object storage."""
import io
import os

import boto3
import pandas as pd

SUPPORTED_CLAIM = 1


def env_var(name, default=None):
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    return value


def storage_client():
    return boto3.client(
        "s3",
        endpoint_url="http://" + env_var("MINIO_ENDPOINT", "minio:9000"),
        aws_access_key_id=env_var("MINIO_ACCESS_KEY", "minioadmin"),
        aws_secret_access_key=env_var("MINIO_SECRET_KEY", "minioadmin"),
    )


def fetch_object(client, bucket, name):
    return client.get_object(Bucket=bucket, Key=name)["Body"].read()


def load_claim(client, claim):
    """The frame that a claim check stands for."""
    if claim.get("v") != SUPPORTED_CLAIM:
        raise ValueError(f"claim check version {claim.get('v')} is not supported")
    body = fetch_object(client, claim["bucket"], claim["object"])
    if len(body) != claim["size"]:
        raise ValueError(f"{claim['object']}: {len(body)} bytes, expected {claim['size']}")
    return pd.read_parquet(io.BytesIO(body))


def store_model(client, bucket, name, body):
    existing = {entry["Name"] for entry in client.list_buckets()["Buckets"]}
    if bucket not in existing:
        client.create_bucket(Bucket=bucket)
    client.put_object(Bucket=bucket, Key=name, Body=body)
    return len(body)
