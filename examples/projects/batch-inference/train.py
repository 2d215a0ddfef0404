"""Makes the model that `predict.py` works with, and puts it into production."""

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.linear_model import Ridge
from typing_extensions import Annotated
from zenml import ArtifactConfig, Model, get_step_context, pipeline, step
from zenml.enums import ArtifactType, ModelStages


@step
def train(slope: float) -> Annotated[RegressorMixin, ArtifactConfig(name="regressor", artifact_type=ArtifactType.MODEL)]:
    """A line."""
    x = np.linspace(0, 1, 50).reshape(-1, 1)
    return Ridge(alpha=1e-6).fit(x, slope * x.ravel())


@step
def to_production(regressor: RegressorMixin) -> None:
    """Whatever was there before is archived."""
    get_step_context().model.set_stage(ModelStages.PRODUCTION, force=True)


@pipeline(model=Model(name="line", tags=["regression"]))
def train_line(slope: float = 2.0) -> None:
    """Trains and promotes."""
    to_production(train(slope))


if __name__ == "__main__":
    import sys

    train_line(slope=float(sys.argv[1]) if len(sys.argv) > 1 else 2.0)
