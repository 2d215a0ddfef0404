"""Projects of the size that people have (examples/projects): all run, and what they record is what ZenML users expect."""

from __future__ import annotations

import pytest
from conftest import Workspace
from test_compat_seeds import run_example

from zenml.client import Client
from zenml.enums import ModelStages


@pytest.fixture(scope="module")
def churn(engine: Workspace) -> Workspace:
    """The project after feature engineering, two trainings and an inference."""
    run_example(engine, "projects")
    folder = engine.folder / "projects" / "churn"
    for arguments in (["--features"], ["--training"], ["--inference"], ["--training"]):
        done = engine.execute("run.py", *arguments, folder=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    return engine


def test_churn_features_are_shared_by_name(churn: Workspace) -> None:
    client = Client()
    alone = client.get_pipeline("feature_engineering").last_run
    assert list(alone.steps) == ["load_customers", "clean_customers", "engineer_features", "fit_preprocessing"]
    versions = client.list_artifact_versions(artifact="clean_customers")
    assert versions.total == 2 and all("dropped" in one.run_metadata for one in versions)


def test_churn_training_is_configured_by_its_file(churn: Workspace) -> None:
    runs = Client().list_pipeline_runs(pipeline_name="training", sort_by="asc:created")
    first = runs[0]
    assert len(first.steps) == 7 and [tag.name for tag in first.tags] == ["nightly"]
    assert first.steps["train_classifier"].config.parameters == {"regularization": 0.5}
    # The file switches the cache on for all steps but one; equal data wake nothing below.
    assert {name: str(one.status) for name, one in first.steps.items()} == {
        "load_customers": "completed",
        "clean_customers": "cached",
        "engineer_features": "cached",
        "fit_preprocessing": "cached",
        "train_classifier": "completed",
        "evaluate_classifier": "completed",
        "promote_if_better": "completed",
    }
    assert {"churn_classifier", "preprocessing", "roc_auc"} <= {
        *first.model_version.model_artifacts,
        *first.model_version.data_artifacts,
    }


def test_churn_promotes_by_metric(churn: Workspace) -> None:
    client = Client()
    first, second = client.list_model_versions("churn", sort_by="asc:number")
    assert first.stage == "production" and first.run_metadata["evaluation"]["roc_auc"] > 0.7
    assert second.stage is None
    runs = client.list_pipeline_runs(pipeline_name="training", sort_by="asc:created")
    assert [run.steps["promote_if_better"].output.load() for run in runs] == [True, False]
    assert "does not beat" in runs[1].steps["promote_if_better"].logs
    model = client.get_model("churn")
    assert model.license == "Apache-2.0" and model.latest_version_name == "2"
    assert sorted(tag.name for tag in first.tags) == ["classification", "telephone"]


def test_churn_infers_with_production(churn: Workspace) -> None:
    client = Client()
    run = client.get_pipeline("inference").last_run
    production = client.get_model_version("churn", ModelStages.PRODUCTION)
    step = run.steps["predict"]
    assert run.model_version.id == production.id
    assert step.inputs["classifier"][0].id == production.get_model_artifact("churn_classifier").id
    assert step.inputs["preprocessing"][0].input_type == "lazy"
    risk = step.output.load()
    assert risk.name == "risk" and risk.between(0, 1).all()
    assert "churn_risk" in production.data_artifacts
    assert len(client.list_model_version_pipeline_run_links(model_version_id=production.id)) == 2


def test_a_grid_of_hyper_parameters(engine: Workspace) -> None:
    run_example(engine, "projects", "hyperparameters/search.py")
    client = Client()
    run = client.get_pipeline("search").last_run
    grid = {f"train_{trees}_{depth}": (trees, depth) for trees in (2, 5, 10) for depth in (1, 3)}
    assert set(run.steps) == {"load_data", *grid, "select_best", "vote"}
    assert client.list_artifact_versions(artifact="candidate").total == len(grid)
    scores = {}
    for name, (trees, depth) in grid.items():
        metadata = run.steps[name].output.run_metadata
        assert (metadata["trees"], metadata["depth"]) == (trees, depth)
        scores[name] = metadata["score"]
    best = run.steps["select_best"].outputs["best_parameters"][0].load()
    assert scores[f"train_{best['trees']}_{best['depth']}"] == max(scores.values())
    assert run.model_version.run_metadata == {"best_score": max(scores.values()), "candidates": len(grid)}
    assert len(run.steps["vote"].inputs["forests"]) == len(grid)
    assert len(run.model_version.get_model_artifact("best_forest").load().estimators_) == best["trees"]
    good = client.list_artifact_versions(artifact="candidate", run_metadata=["trees:gte:5"])
    assert good.total == 4


def test_a_grid_that_grows_reuses_what_is_there(engine: Workspace) -> None:
    folder = engine.folder / "projects" / "hyperparameters"
    done = engine.execute("-c", "from search import search; search(trees=[2, 5, 10, 20], depths=[1, 3])", folder=folder)
    assert done.returncode == 0, done.stderr
    steps = Client().get_pipeline("search").last_run.steps
    fresh = {name for name, one in steps.items() if name.startswith("train_") and one.status != "cached"}
    assert fresh == {"train_20_1", "train_20_3"}


def test_batches_by_the_production_model(engine: Workspace) -> None:
    run_example(engine, "projects", "batch-inference/train.py")
    folder = engine.folder / "projects" / "batch-inference"

    def batch(day: str) -> None:
        done = engine.execute("predict.py", day, folder=folder)
        assert done.returncode == 0, done.stdout + done.stderr

    batch("monday")
    assert engine.execute("train.py", "3", folder=folder).returncode == 0
    batch("tuesday")
    client = Client()
    monday, tuesday = (client.get_pipeline_run(f"batch_{day}") for day in ("monday", "tuesday"))
    for run, version, slope in ((monday, 1, 2.0), (tuesday, 2, 3.0)):
        output = run.steps["predict"].output
        assert output.name == f"line_predictions_{run.name[len('batch_'):]}"
        assert output.run_metadata["model_version"] == version == run.model_version.number
        assert output.load().round(3).tolist() == [0.0, slope / 2, slope]
        given = run.steps["load_batch"].inputs
        assert [one.input_type for items in given.values() for one in items] == ["manual"]
    assert [run.name for run in client.list_pipeline_runs(tag="latest-batch")] == ["batch_tuesday"]
    assert {run.name for run in client.list_pipeline_runs(tag="batch")} == {"batch_monday", "batch_tuesday"}
    assert client.get_model_version("line", 1).stage == "archived"
