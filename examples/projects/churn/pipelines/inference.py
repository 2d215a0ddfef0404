"""Risks of customers, by the production model."""

from steps.features import clean_customers, engineer_features, load_customers
from steps.inference import predict
from zenml import get_pipeline_context, pipeline


@pipeline
def inference(rows: int = 50) -> None:
    """The model version comes from the configuration: whatever is in production."""
    model = get_pipeline_context().model
    _, features, _, _ = engineer_features(clean_customers(load_customers(rows, seed=1)))
    predict(
        classifier=model.get_model_artifact("churn_classifier"),
        preprocessing=model.get_artifact("preprocessing"),
        features=features,
    )
