"""Stored models, ready to forecast."""
import io

import numpy as np
import pandas as pd
import torch
from prophet.serialize import model_from_json
from torch import nn


class Forecaster(nn.Module):
    def __init__(self, kind, hidden):
        super().__init__()
        self.rnn = {"GRU": nn.GRU, "LSTM": nn.LSTM}[kind](1, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x):
        out, _ = self.rnn(x)
        return self.head(out[:, -1, :]).squeeze(-1)


class RecurrentModel:
    """One step ahead over a sliding window; the first window has no forecast."""

    def __init__(self, body):
        saved = torch.load(io.BytesIO(body), map_location="cpu")
        self.window, self.mean, self.std = saved["window"], saved["mean"], saved["std"]
        self.net = Forecaster(saved["kind"], saved["hidden"])
        self.net.load_state_dict(saved["state"])
        self.net.eval()

    def predict(self, frame):
        values = (frame["y"].to_numpy(dtype="float32") - self.mean) / self.std
        count = len(values) - self.window
        x = np.stack([values[i : i + self.window] for i in range(count)])
        with torch.no_grad():
            steps = self.net(torch.tensor(x).unsqueeze(-1)).numpy()
        padding = np.full(self.window, np.nan)
        return np.concatenate([padding, steps * self.std + self.mean])


class ProphetModel:
    def __init__(self, body):
        self.model = model_from_json(body.decode("utf-8"))

    def predict(self, frame):
        return self.model.predict(frame[["ds"]])["yhat"].to_numpy()


def open_model(model_type, body):
    return ProphetModel(body) if model_type == "PROPHET" else RecurrentModel(body)


def forecast_frame(model, frame):
    result = pd.DataFrame({"ds": frame["ds"], "actual": frame["y"]})
    result["forecast"] = model.predict(frame)
    return result


def accuracy(result):
    known = result.dropna()
    error = known["actual"] - known["forecast"]
    return {
        "rmse": float(np.sqrt((error**2).mean())),
        "mae": float(error.abs().mean()),
    }
