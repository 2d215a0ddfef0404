"""A batch every night: whatever is in production predicts what came in, and the predictions say by which version."""

import sys
from typing import List

import numpy as np
from sklearn.base import RegressorMixin
from typing_extensions import Annotated
from zenml import ArtifactConfig, Model, Tag, get_step_context, load_artifact, log_metadata, pipeline, save_artifact, step
from zenml.client import Client
from zenml.enums import ModelStages


@step(enable_cache=False)
def load_batch(day: str) -> Annotated[np.ndarray, ArtifactConfig(name="batch", tags=["raw"])]:
    """What came in: an artifact that somebody saved under the day's name."""
    return np.asarray(load_artifact(f"incoming_{day}"), dtype=float).reshape(-1, 1)


@step
def predict(regressor: RegressorMixin, batch: np.ndarray) -> Annotated[np.ndarray, "line_predictions_{day}"]:
    """Predictions under the day's name."""
    version = get_step_context().model
    log_metadata({"model_version": version.number, "rows": len(batch)}, infer_artifact=True)
    return regressor.predict(batch)


@pipeline(model=Model(name="line", version=ModelStages.PRODUCTION), tags=["batch", Tag(name="latest-batch", exclusive=True)])
def predict_batch(day: str) -> None:
    """The model's artifact is looked up when the step starts."""
    regressor = Client().get_model_version("line", ModelStages.PRODUCTION).get_model_artifact("regressor")
    predict(regressor, load_batch(day))


def receive(day: str, values: List[float]) -> None:
    """What another system would do."""
    save_artifact(values, name=f"incoming_{day}", version=day)


if __name__ == "__main__":
    today = sys.argv[1]
    receive(today, [0.0, 0.5, 1.0])
    predict_batch.with_options(substitutions={"day": today}, run_name=f"batch_{today}")(day=today)
