"""How finished models are compared."""

WEIGHTS = {"rmse": 0.5, "mae": 0.3, "smape": 0.2}


def score(result):
    """Weighted error of one finished model; lower is better."""
    metrics = result["metrics"]
    return sum(weight * float(metrics.get(name, 0.0)) for name, weight in WEIGHTS.items())


def rank(results):
    """Best first. Of two models with the same score the quicker one wins."""
    return sorted(results, key=ranking_key)


def ranking_key(result):
    return (score(result), result["duration_s"])
