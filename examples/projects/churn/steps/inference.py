"""Predictions with what was trained before."""

import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.pipeline import Pipeline
from typing_extensions import Annotated
from zenml import step


@step
def predict(classifier: ClassifierMixin, preprocessing: Pipeline, features: pd.DataFrame) -> Annotated[pd.Series, "churn_risk"]:
    """The risk of each customer to leave."""
    return pd.Series(classifier.predict_proba(preprocessing.transform(features))[:, 1], index=features.index, name="risk")
