"""From raw customers to features."""

from typing import Any

from steps.features import clean_customers, engineer_features, fit_preprocessing, load_customers
from zenml import pipeline


@pipeline
def feature_engineering(rows: int = 400) -> Any:
    """Called alone, or as a part of training."""
    customers = clean_customers(load_customers(rows))
    train, test, target_train, target_test = engineer_features(customers)
    return train, test, target_train, target_test, fit_preprocessing(train)
