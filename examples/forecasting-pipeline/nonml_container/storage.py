"""Object storage through the MinIO client."""
import io
import os

import pandas as pd
from minio import Minio


def connect():
    return Minio(
        os.environ.get("MINIO_ENDPOINT", "minio:9000"),
        access_key=os.environ.get("MINIO_ACCESS_KEY", "minioadmin"),
        secret_key=os.environ.get("MINIO_SECRET_KEY", "minioadmin"),
        secure=False,
    )


def read_frame(client, claim):
    bucket, name = claim["bucket"], claim["object"]
    response = client.get_object(bucket, name)
    try:
        body = response.read()
    finally:
        response.close()
        response.release_conn()
    expected = claim.get("size")
    if expected is not None and expected != len(body):
        raise ValueError(f"{bucket}/{name} has {len(body)} bytes, the claim says {expected}")
    return pd.read_parquet(io.BytesIO(body))


def write_model(client, bucket, name, text):
    if not client.bucket_exists(bucket):
        client.make_bucket(bucket)
    body = text.encode("utf-8")
    client.put_object(bucket, name, io.BytesIO(body), len(body), content_type="application/json")
    return len(body)
