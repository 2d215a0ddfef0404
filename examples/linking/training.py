"""Three ways for an artifact to be linked to a model: by configuration, by saving on the way, and explicitly."""

from sklearn.base import ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.linear_model import SGDClassifier
from zenml import link_artifact_to_model, pipeline, step, Model, save_artifact as save
from zenml.artifacts.utils import save_artifact
import pandas as pd
from typing_extensions import Annotated
from zenml.artifacts.artifact_config import ArtifactConfig

epochs = range(3)


@step
def load_data() -> Annotated[pd.DataFrame, "trn_dataset"]:
    return load_iris(as_frame=True).frame


@step(model=Model(name="MyModel", version="1.2.42"), enable_cache=True)
def trainer(
    trn_dataset: pd.DataFrame,
) -> Annotated[
    ClassifierMixin, ArtifactConfig("trained_model")
]:  # this configuration will be applied to `model` output
    """Step running slow training."""
    features, target = trn_dataset.drop(columns="target"), trn_dataset["target"]
    model = SGDClassifier(loss="log_loss", random_state=0)

    for epoch in epochs:
        checkpoint = model.partial_fit(features, target, classes=[0, 1, 2])
        # this will save each checkpoint in `training_checkpoint` artifact
        # with distinct version e.g. `1.2.42_0`, `1.2.42_1`, etc.
        # Checkpoint artifacts will be linked to `MyModel` version `1.2.42`
        # implicitly.
        save_artifact(
            data=checkpoint,
            name="training_checkpoint",
            version=f"1.2.42_{epoch}",
        )

    return model


@step
def f_() -> None:
    # produce new artifact
    new_artifact = save(data="Hello, World!", name="manual_artifact")
    # and link it inside a step
    link_artifact_to_model(
        artifact_version_id=new_artifact.id,
        model=Model(name="MyModel", version="0.0.42"),
    )


@pipeline(model=Model(name="my_model", version="1.0.0"))
def my_pipeline():
    trainer(load_data())
    f_()


if __name__ == "__main__":
    save(data={"greeting": "hello"}, name="existing_artifact")
    my_pipeline()
