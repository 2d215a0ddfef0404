"""Features, a classifier, and its promotion."""

from steps.training import evaluate_classifier, promote_if_better, train_classifier
from zenml import pipeline

from pipelines.feature_engineering import feature_engineering


@pipeline
def training(rows: int = 400, minimum_auc: float = 0.7) -> None:
    """Trains, measures, and promotes what is better."""
    train, test, target_train, target_test, preprocessing = feature_engineering(rows)
    classifier = train_classifier(train, target_train, preprocessing)
    auc = evaluate_classifier(classifier, preprocessing, test, target_test)
    promote_if_better(auc, minimum=minimum_auc)
