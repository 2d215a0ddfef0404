"""Raw data, and what models see of it."""

from typing import Tuple

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from typing_extensions import Annotated
from zenml import log_metadata, step

TARGET = "churned"


@step
def load_customers(rows: int, seed: int = 0) -> Annotated[pd.DataFrame, "customers"]:
    """Customers of a telephone company; who is new and pays much, leaves."""
    random = np.random.default_rng(seed)
    months = random.integers(1, 72, rows)
    charge = random.uniform(20, 120, rows).round(2)
    leaning = charge / 40 - months / 18 + random.normal(0, 0.6, rows)
    return pd.DataFrame(
        {
            "months": months,
            "monthly_charge": charge,
            "contract": random.choice(["monthly", "yearly"], rows),
            TARGET: (leaning > 0).astype(int),
        }
    )


@step
def clean_customers(customers: pd.DataFrame, max_charge: float = 110.0) -> Annotated[pd.DataFrame, "clean_customers"]:
    """Drops outliers, and says how many they were."""
    kept = customers[customers["monthly_charge"] <= max_charge].reset_index(drop=True)
    log_metadata({"dropped": len(customers) - len(kept)}, infer_artifact=True)
    return kept


@step
def engineer_features(
    customers: pd.DataFrame, test_size: float = 0.25
) -> Tuple[
    Annotated[pd.DataFrame, "features_train"],
    Annotated[pd.DataFrame, "features_test"],
    Annotated[pd.Series, "target_train"],
    Annotated[pd.Series, "target_test"],
]:
    """Numbers only, split in two."""
    features = customers.drop(columns=TARGET).assign(
        yearly=lambda frame: (frame.pop("contract") == "yearly").astype(int),
        total=lambda frame: frame["months"] * frame["monthly_charge"],
    )
    train, test, target_train, target_test = train_test_split(
        features, customers[TARGET], test_size=test_size, random_state=0
    )
    return train, test, target_train, target_test


@step
def fit_preprocessing(features: pd.DataFrame) -> Annotated[Pipeline, "preprocessing"]:
    """The scaling that training and inference share."""
    return Pipeline([("scale", StandardScaler())]).fit(features)
