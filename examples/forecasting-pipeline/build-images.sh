#!/bin/sh
# Builds the images that Kubernetes and the chart deploy.
set -eu
cd "$(dirname "$0")"
tag=${1:-1.0}

docker build -t "forecasting/preprocess:$tag" preprocess_container
docker build -t "forecasting/train:$tag" train_container
docker build -t "forecasting/nonml:$tag" -f nonml_container/Dockerfile .
docker build -t "forecasting/eval:$tag" eval_container
docker build -t "forecasting/inference:$tag" inference_container
