"""From a raw series to the frames that the models get."""
import logging
import os

import numpy as np
import pandas as pd

logger = logging.getLogger(__name__)


def load_series(path):
    """Read a CSV with the columns ds and y; make one up when there is none."""
    if os.path.exists(path):
        frame = pd.read_csv(path, parse_dates=["ds"])
        return frame[["ds", "y"]]
    logger.warning("%s does not exist, using a synthetic series", path)
    return synthetic_series()


def synthetic_series(hours=24 * 90, seed=7):
    rng = np.random.default_rng(seed)
    index = pd.date_range("2024-01-01", periods=hours, freq="h")
    steps = np.arange(hours)
    values = (
        50
        + 0.002 * steps
        + 8 * np.sin(2 * np.pi * steps / 24)
        + 4 * np.sin(2 * np.pi * steps / (24 * 7))
        + rng.normal(0, 1.5, hours)
    )
    return pd.DataFrame({"ds": index, "y": values})


def clean(frame, clip_sigma):
    """Regular hourly steps, no gaps, no wild outliers."""
    frame = frame.drop_duplicates("ds").set_index("ds").sort_index()
    frame = frame.resample("h").mean()
    frame["y"] = frame["y"].interpolate(limit_direction="both")
    mean, std = frame["y"].mean(), frame["y"].std()
    if std > 0:
        frame["y"] = frame["y"].clip(mean - clip_sigma * std, mean + clip_sigma * std)
    return frame.reset_index()


def split(frame, holdout_rows):
    """The last rows are kept back for inference."""
    if len(frame) <= 2 * holdout_rows:
        raise ValueError(f"{len(frame)} rows are too few for a holdout of {holdout_rows}")
    return frame.iloc[:-holdout_rows], frame.iloc[-holdout_rows:]
