package check

import "strings"

// wellKnown reports whether a runtime, a library or a tool reads a variable on
// its own, so that the service's code need not mention it.
func wellKnown(name string) bool {
	if knownNames[name] {
		return true
	}
	for _, p := range knownPrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return strings.ToLower(name) == name && strings.HasSuffix(name, "_proxy")
}

var knownNames = map[string]bool{
	"ALL_PROXY": true, "BASH_ENV": true, "BUILD_DATE": true, "CI": true, "COLORTERM": true, "COLUMNS": true,
	"CURL_CA_BUNDLE": true, "DEBIAN_FRONTEND": true, "DEBUG": true, "DISPLAY": true, "DO_NOT_TRACK": true,
	"EDITOR": true, "ENVIRONMENT": true, "FLASK_APP": true, "FLASK_DEBUG": true, "FLASK_ENV": true, "FORCE_COLOR": true,
	"FTP_PROXY": true, "GID": true, "GIT_COMMIT": true, "GIT_SHA": true, "GODEBUG": true, "GOGC": true,
	"GOMAXPROCS": true, "GOMEMLIMIT": true, "GUNICORN_CMD_ARGS": true, "HOME": true, "HOSTNAME": true,
	"HTTPS_PROXY": true, "HTTP_PROXY": true, "JAVA_HOME": true, "JAVA_OPTS": true, "JAVA_TOOL_OPTIONS": true,
	"JDK_JAVA_OPTIONS": true, "KRB5_CONFIG": true, "LANG": true, "LANGUAGE": true, "LD_LIBRARY_PATH": true,
	"LD_PRELOAD": true, "LINES": true, "LOGNAME": true, "MPLBACKEND": true, "MPLCONFIGDIR": true, "NODE_APP_INSTANCE": true,
	"NODE_CONFIG": true, "NODE_CONFIG_DIR": true, "NODE_CONFIG_ENV": true, "NODE_ENV": true, "NODE_EXTRA_CA_CERTS": true,
	"NODE_PATH": true, "NODE_TLS_REJECT_UNAUTHORIZED": true,
	"NODE_OPTIONS": true, "NO_COLOR": true, "NO_PROXY": true, "OPENSSL_CONF": true, "PAGER": true, "PATH": true,
	"PGDATABASE": true, "PGHOST": true, "PGID": true, "PGPASSWORD": true, "PGPORT": true, "PGUSER": true, "PS1": true,
	"PUID": true, "PWD": true, "REQUESTS_CA_BUNDLE": true, "SHELL": true, "SSL_CERT_DIR": true, "SSL_CERT_FILE": true,
	"TEMP": true, "TERM": true, "TMP": true, "TMPDIR": true, "TZ": true, "UID": true, "UMASK": true, "USER": true,
	"VERSION": true, "VIRTUAL_ENV": true, "WEB_CONCURRENCY": true, "XDG_CACHE_HOME": true, "XDG_CONFIG_HOME": true,
	"XDG_DATA_HOME": true, "XDG_RUNTIME_DIR": true, "_JAVA_OPTIONS": true,
}

var knownPrefixes = []string{
	"ACCELERATE_", "ARROW_", "ASPNETCORE_", "AWS_", "AZURE_", "BLIS_", "CELERY_", "CHOKIDAR_", "CLOUDSDK_", "COMPOSE_", "CONDA_", "COREPACK_", "CUBLAS_", "CUDA_", "CUDNN_", "DASK_", "DD_",
	"DJANGO_", "DOCKER_", "DOTNET_", "ELASTIC_APM_", "FLAGD_", "GCLOUD_", "GIT_", "GITHUB_", "GITLAB_", "GOOGLE_", "GRADIO_", "GRPC_", "HADOOP_", "HF_", "HUGGINGFACE_",
	"JAX_", "KAFKAJS_", "KERAS_", "KMP_", "KUBERNETES_", "LC_", "LETSENCRYPT_", "MALLOC_", "MKL_", "MLFLOW_", "NCCL_", "NEW_RELIC_", "NEXT_TELEMETRY_", "NLTK_", "NPM_", "NUMBA_", "NUMEXPR_", "NVIDIA_",
	"OMP_", "OPENAI_", "OPENBLAS_", "OTEL_", "PIP_", "PIPENV_", "PNPM_", "POETRY_", "PREFECT_", "PROMETHEUS_", "PYSPARK_", "PYTEST_", "PYTHON", "PYTORCH_", "RAY_", "RUST_", "S6_", "SENTRY_",
	"SPARK_", "STREAMLIT_", "TF_", "TOKENIZERS_", "TORCH_", "TRAEFIK_", "TRANSFORMERS_", "TS_NODE_", "TURBO_", "UV_", "UVICORN_", "VECLIB_", "VIRTUAL_", "WANDB_", "WATCHPACK_", "XLA_", "YARN_",
}
