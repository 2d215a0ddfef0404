"""A first pipeline. Click "Run pipeline" above `training_pipeline`."""

from typing import Tuple

import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from typing_extensions import Annotated
from zenml import Model, pipeline, step


@step
def load_data(test_size: float = 0.2) -> Tuple[
    Annotated[pd.DataFrame, "train"],
    Annotated[pd.DataFrame, "test"],
]:
    """Loads the iris flowers and keeps some for testing."""
    iris = load_iris(as_frame=True).frame
    train, test = train_test_split(iris, test_size=test_size, random_state=42)
    return train, test


@step
def train_model(
    train: pd.DataFrame, n_estimators: int = 100
) -> Annotated[ClassifierMixin, "classifier"]:
    """Fits a forest."""
    model = RandomForestClassifier(n_estimators=n_estimators, random_state=42)
    return model.fit(train.drop(columns="target"), train["target"])


@step
def evaluate_model(model: ClassifierMixin, test: pd.DataFrame) -> Annotated[float, "accuracy"]:
    """Measures how often the forest is right."""
    accuracy = model.score(test.drop(columns="target"), test["target"])
    print(f"accuracy: {accuracy:.3f}")
    return float(accuracy)


@pipeline(model=Model(name="iris_classifier"))
def training_pipeline(test_size: float = 0.2, n_estimators: int = 100):
    train, test = load_data(test_size)
    model = train_model(train, n_estimators)
    accuracy = evaluate_model(model, test)


if __name__ == "__main__":
    training_pipeline()
