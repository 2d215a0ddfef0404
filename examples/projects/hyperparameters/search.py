"""A grid of hyper-parameters: one step called many times, and one that selects the best."""

from itertools import product
from typing import Any, Dict, List, Tuple

import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from typing_extensions import Annotated
from zenml import ArtifactConfig, Model, get_step_context, log_metadata, pipeline, step
from zenml.client import Client
from zenml.enums import ArtifactType


@step
def load_data() -> Tuple[
    Annotated[pd.DataFrame, "wine_train"],
    Annotated[pd.DataFrame, "wine_test"],
    Annotated[pd.Series, "wine_target_train"],
    Annotated[pd.Series, "wine_target_test"],
]:
    """Wines, split in two."""
    data = load_wine(as_frame=True)
    train, test, target_train, target_test = train_test_split(data.data, data.target, test_size=0.3, random_state=0)
    return train, test, target_train, target_test


@step
def train(
    features: pd.DataFrame,
    target: pd.Series,
    holdout: pd.DataFrame,
    holdout_target: pd.Series,
    trees: int,
    depth: int,
) -> Annotated[ClassifierMixin, ArtifactConfig(name="candidate", artifact_type=ArtifactType.MODEL)]:
    """One point of the grid; its score is metadata of the candidate."""
    forest = RandomForestClassifier(n_estimators=trees, max_depth=depth, random_state=0).fit(features, target)
    score = float(forest.score(holdout, holdout_target))
    log_metadata({"score": score, "trees": trees, "depth": depth}, artifact_name="candidate", infer_artifact=True)
    return forest


@step
def select_best(prefix: str) -> Tuple[Annotated[ClassifierMixin, "best_forest"], Annotated[Dict[str, Any], "best_parameters"]]:
    """Looks at the candidates of this run by their steps' names, as fan-in was done before lists could be inputs."""
    run = Client().get_pipeline_run(get_step_context().pipeline_run.name)
    candidates = [
        found.outputs["candidate"][0] for name, found in run.steps.items() if name.startswith(prefix)
    ]
    best = max(candidates, key=lambda candidate: candidate.run_metadata["score"])
    log_metadata({"best_score": best.run_metadata["score"], "candidates": len(candidates)}, infer_model=True)
    return best.load(), {key: best.run_metadata[key] for key in ("trees", "depth")}


@step
def vote(forests: List[ClassifierMixin], data: pd.DataFrame) -> Annotated[pd.Series, "majority"]:
    """All candidates at once: a list of outputs is one input."""
    return pd.DataFrame([forest.predict(data) for forest in forests]).mode().iloc[0].astype(int).rename("majority")


@pipeline(model=Model(name="wine_forest"), enable_cache=True)
def search(trees: List[int], depths: List[int]) -> None:
    """Trains every combination."""
    wines, holdout, target, holdout_target = load_data()
    candidates = [
        train(wines, target, holdout, holdout_target, trees=count, depth=depth, id=f"train_{count}_{depth}")
        for count, depth in product(trees, depths)
    ]
    select_best("train_", after=[f"train_{count}_{depth}" for count, depth in product(trees, depths)])
    vote(candidates, holdout)


if __name__ == "__main__":
    search(trees=[2, 5, 10], depths=[1, 3])
