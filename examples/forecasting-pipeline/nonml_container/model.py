"""Prophet on an hourly series."""
import numpy as np
from prophet import Prophet
from prophet.serialize import model_to_json


def fit_prophet(frame, changepoint_prior):
    """Fit on the first four fifths, measure on the rest."""
    cut = int(len(frame) * 0.8)
    head, tail = frame.iloc[:cut], frame.iloc[cut:]
    model = Prophet(
        changepoint_prior_scale=changepoint_prior,
        daily_seasonality=True,
        weekly_seasonality=True,
        yearly_seasonality=False,
    )
    model.fit(head[["ds", "y"]])
    predicted = model.predict(tail[["ds"]])["yhat"].to_numpy()
    return model_to_json(model), measure(tail["y"].to_numpy(), predicted)


def measure(actual, predicted):
    error = actual - predicted
    scale = np.abs(actual) + np.abs(predicted) + 1e-9
    return {
        "rmse": float(np.sqrt((error**2).mean())),
        "mae": float(np.abs(error).mean()),
        "smape": float((200.0 * np.abs(error) / scale).mean()),
    }
