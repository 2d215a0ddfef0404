import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from typing_extensions import Annotated
from zenml import step


@step
def evaluate_model(
    model: RandomForestClassifier, X_test: np.ndarray, y_test: np.ndarray
) -> Annotated[float, "accuracy"]:
    """Measures how often the model is right on data that it has not seen."""
    accuracy = float(accuracy_score(y_test, model.predict(X_test)))
    print(f"Accuracy on the test data: {accuracy:.3f}")
    return accuracy
