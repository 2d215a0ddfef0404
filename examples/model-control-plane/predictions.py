from typing_extensions import Annotated
from zenml import get_pipeline_context, pipeline, step, Model
from zenml.enums import ModelStages
import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_iris


@step
def load_data() -> Annotated[pd.DataFrame, "inference_data"]:
    """Ten flowers of unknown kind."""
    return load_iris(as_frame=True).data.sample(10, random_state=1).reset_index(drop=True)


@step
def predict(
    model: ClassifierMixin,
    data: pd.DataFrame,
) -> Annotated[pd.Series, "predictions"]:
    predictions = pd.Series(model.predict(data))
    return predictions

@pipeline(
    model=Model(
        name="iris_classifier",
        # Using the production stage
        version=ModelStages.PRODUCTION,
    ),
)
def do_predictions():
    # model name and version are derived from pipeline context
    model = get_pipeline_context().model
    inference_data = load_data()
    predict(
        # Here, we load in the `trained_model` from a trainer step
        model=model.get_model_artifact("trained_model"),  
        data=inference_data,
    )


if __name__ == "__main__":
    do_predictions()
