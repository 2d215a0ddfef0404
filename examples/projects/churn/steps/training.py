"""Training, evaluation and the decision about production."""

import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.pipeline import Pipeline
from typing_extensions import Annotated
from zenml import ArtifactConfig, get_step_context, log_metadata, step
from zenml.client import Client
from zenml.enums import ArtifactType, ModelStages
from zenml.logger import get_logger

logger = get_logger(__name__)


@step
def train_classifier(
    features: pd.DataFrame, target: pd.Series, preprocessing: Pipeline, regularization: float = 1.0
) -> Annotated[ClassifierMixin, ArtifactConfig(name="churn_classifier", artifact_type=ArtifactType.MODEL)]:
    """A logistic regression on prepared features."""
    return LogisticRegression(C=regularization).fit(preprocessing.transform(features), target)


@step
def evaluate_classifier(
    classifier: ClassifierMixin, preprocessing: Pipeline, features: pd.DataFrame, target: pd.Series
) -> Annotated[float, "roc_auc"]:
    """Notes the metrics on the model version."""
    prepared = preprocessing.transform(features)
    auc = float(roc_auc_score(target, classifier.predict_proba(prepared)[:, 1]))
    accuracy = float(accuracy_score(target, classifier.predict(prepared)))
    log_metadata({"evaluation": {"roc_auc": auc, "accuracy": accuracy}}, infer_model=True)
    return auc


@step(enable_cache=False)
def promote_if_better(roc_auc: float, minimum: float) -> Annotated[bool, "promoted"]:
    """Moves this version to production if it beats the one that is there."""
    candidate = get_step_context().model
    try:
        current = Client().get_model_version(candidate.name, ModelStages.PRODUCTION)
        to_beat = max(minimum, current.run_metadata["evaluation"]["roc_auc"])
    except KeyError:
        to_beat = minimum
    if roc_auc <= to_beat:
        logger.info("%.3f does not beat %.3f: production stays as it is.", roc_auc, to_beat)
        return False
    candidate.set_stage(ModelStages.PRODUCTION, force=True)
    return True
