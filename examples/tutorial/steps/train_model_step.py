import numpy as np
from sklearn.ensemble import RandomForestClassifier
from typing_extensions import Annotated
from zenml import step


@step
def train_model(X_train: np.ndarray, y_train: np.ndarray) -> Annotated[RandomForestClassifier, "model"]:
    """Trains a random forest on the training data."""
    model = RandomForestClassifier(n_estimators=100, random_state=42)
    model.fit(X_train, y_train)
    return model
