"""Trains the iris classifier, and promotes it when it is good enough: what `predictions.py` builds on."""

from typing import Tuple

import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from typing_extensions import Annotated
from zenml import ArtifactConfig, Model, get_step_context, log_metadata, pipeline, step
from zenml.enums import ArtifactType, ModelStages


@step
def load_training_data() -> Tuple[
    Annotated[pd.DataFrame, "iris_train"], Annotated[pd.DataFrame, "iris_test"]
]:
    """The iris data set as one table, split in two."""
    iris = load_iris(as_frame=True).frame
    train, test = train_test_split(iris, test_size=0.2, random_state=0, stratify=iris["target"])
    return train.reset_index(drop=True), test.reset_index(drop=True)


@step
def train(
    data: pd.DataFrame, regularization: float = 1.0
) -> Annotated[ClassifierMixin, ArtifactConfig(name="trained_model", artifact_type=ArtifactType.MODEL)]:
    """Fits a logistic regression."""
    classifier = LogisticRegression(C=regularization, max_iter=500)
    return classifier.fit(data.drop(columns="target"), data["target"])


@step
def evaluate(classifier: ClassifierMixin, data: pd.DataFrame) -> Annotated[float, "accuracy"]:
    """Measures accuracy and notes it on the model version."""
    accuracy = float(classifier.score(data.drop(columns="target"), data["target"]))
    log_metadata({"accuracy": accuracy}, infer_model=True)
    return accuracy


@step(enable_cache=False)
def promote(accuracy: float, threshold: float = 0.9) -> bool:
    """Makes this run's model version the production one if it passes the threshold."""
    if accuracy < threshold:
        return False
    get_step_context().model.set_stage(ModelStages.PRODUCTION, force=True)
    return True


@pipeline(model=Model(name="iris_classifier", license="Apache-2.0", tags=["example"]))
def train_iris(regularization: float = 1.0):
    iris_train, iris_test = load_training_data()
    classifier = train(iris_train, regularization=regularization)
    accuracy = evaluate(classifier, iris_test)
    promote(accuracy)


if __name__ == "__main__":
    train_iris()
