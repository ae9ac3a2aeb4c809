"""A small recurrent forecaster, GRU or LSTM."""
import io

import numpy as np
import torch
from torch import nn

WINDOW = 48
HIDDEN = 32


class Forecaster(nn.Module):
    def __init__(self, kind, hidden=HIDDEN):
        super().__init__()
        cell = {"GRU": nn.GRU, "LSTM": nn.LSTM}[kind]
        self.rnn = cell(input_size=1, hidden_size=hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x):
        out, _ = self.rnn(x)
        return self.head(out[:, -1, :]).squeeze(-1)


def windows(values):
    x = np.stack([values[i : i + WINDOW] for i in range(len(values) - WINDOW)])
    y = values[WINDOW:]
    return (
        torch.tensor(x, dtype=torch.float32).unsqueeze(-1),
        torch.tensor(y, dtype=torch.float32),
    )


def compute_metrics(actual, predicted):
    error = np.asarray(actual) - np.asarray(predicted)
    scale = np.abs(actual) + np.abs(predicted) + 1e-9
    return {
        "rmse": float(np.sqrt(np.mean(error**2))),
        "mae": float(np.mean(np.abs(error))),
        "smape": float(np.mean(200.0 * np.abs(error) / scale)),
    }


def fit(frame, kind, epochs, batch_size=64):
    """Train on the frame's column y; returns the serialized model and its metrics."""
    values = frame["y"].to_numpy(dtype="float32")
    mean, std = float(values.mean()), float(values.std() or 1.0)
    x, y = windows((values - mean) / std)
    cut = int(len(x) * 0.8)
    model = Forecaster(kind)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss_of = nn.MSELoss()
    for _ in range(epochs):
        model.train()
        order = torch.randperm(cut)
        for start in range(0, cut, batch_size):
            rows = order[start : start + batch_size]
            optimizer.zero_grad()
            loss = loss_of(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        predicted = model(x[cut:]).numpy() * std + mean
    metrics = compute_metrics(y[cut:].numpy() * std + mean, predicted)
    buffer = io.BytesIO()
    torch.save(
        {
            "kind": kind,
            "hidden": HIDDEN,
            "window": WINDOW,
            "mean": mean,
            "std": std,
            "state": model.state_dict(),
        },
        buffer,
    )
    return buffer.getvalue(), metrics
