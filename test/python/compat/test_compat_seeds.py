"""The documentation's examples as they are written: each folder of examples/ with its second script, and what they leave."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, List

import pytest
from conftest import ROOT, Workspace

from zenml.client import Client
from zenml.enums import ModelStages


def run_example(engine: Workspace, name: str, *scripts: str) -> str:
    """Copies an example's folder and runs its scripts in order; what the last one printed."""
    folder = engine.folder / name
    if not folder.exists():
        shutil.copytree(ROOT / "examples" / name, folder, ignore=shutil.ignore_patterns(".headrace", "__pycache__"))
    printed = ""
    for script in scripts:
        done = engine.execute(Path(script).name, folder=folder / Path(script).parent)
        assert done.returncode == 0, f"{script}: {done.stdout}{done.stderr}"
        printed = done.stdout
    return printed


def names(artifacts: Any) -> List[str]:
    return sorted(artifacts)


def test_seed_0_artifacts_and_inference(engine: Workspace) -> None:
    run_example(engine, "tutorial", "pipelines/training_pipeline.py")
    run = Client().get_pipeline("Tutorial").last_run
    assert names(run.steps) == ["evaluate_model", "inference_step", "load_data", "train_model"]
    predictions = run.steps["inference_step"].output
    assert predictions.name == "Tutorial::inference_step::output"
    by_prefix = Client().get_artifact_version(str(predictions.id)[:8])
    assert by_prefix.id == predictions.id and len(by_prefix.load()) == len(predictions.load())
    # The second script, with the artifact's own id where it says that one has to be put.
    script = engine.folder / "tutorial" / "load_artefact.py"
    text = script.read_text(encoding="utf-8")
    script.write_text(re.sub(r"'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'", f"'{predictions.id}'", text), encoding="utf-8")
    assert run_example(engine, "tutorial", "load_artefact.py").split() == str(predictions.load()).split()


def test_seed_1_the_model_control_plane(engine: Workspace) -> None:
    run_example(engine, "model-control-plane", "training.py", "predictions.py", "predictions_with_client.py")
    client = Client()
    version = client.get_model_version("iris_classifier", ModelStages.PRODUCTION)
    assert (version.name, version.number, version.model.license) == ("1", 1, "Apache-2.0")
    assert [tag.name for tag in version.tags] == ["example"]
    assert version.run_metadata["accuracy"] > 0.9
    assert names(version.model_artifacts) == ["trained_model"]
    assert {"iris_train", "iris_test", "accuracy", "inference_data", "predictions"} <= set(version.data_artifacts)
    by_client, by_context = client.list_pipeline_runs(pipeline_name="do_predictions", sort_by="desc:created")
    assert by_context.model_version.id == version.id and by_client.model_version is None
    trained = version.get_model_artifact("trained_model")
    for run in (by_context, by_client):
        given = run.steps["predict"].inputs["model"][0]
        assert given.id == trained.id
        assert run.steps["predict"].output.load().name is None
    assert by_context.steps["predict"].inputs["model"][0].input_type == "lazy"
    assert set(version.pipeline_runs) == {by_context.name, client.get_pipeline("train_iris").last_run.name}


def test_seed_1_a_promotion_moves_predictions(engine: Workspace) -> None:
    client = Client()
    before = client.get_model_version("iris_classifier", ModelStages.PRODUCTION)
    run_example(engine, "model-control-plane", "training.py", "predictions.py")
    after = client.get_model_version("iris_classifier", ModelStages.PRODUCTION)
    assert (before.name, after.name) == ("1", "2")
    assert client.get_model_version("iris_classifier", "1").stage == ModelStages.ARCHIVED
    assert client.get_pipeline("do_predictions").last_run.model_version.id == after.id


def test_seed_2_factories_and_metadata(engine: Workspace) -> None:
    printed = run_example(engine, "dynamic-steps", "factory.py", "metadata.py", "find_by_metadata.py")
    assert printed.strip() == "{'processed_data': [1, 2, 3]} {'processed_data': [4, 5]} {'processed_data': [6]}"
    client = Client()
    run = client.get_pipeline("dynamic_artifact_pipeline").last_run
    made = {name: one.output.name for name, one in run.steps.items()}
    assert made == {
        "dynamic_step": "train_artifact",
        "dynamic_step_2": "validation_artifact",
        "dynamic_step_3": "test_artifact",
    }
    real_form = client.list_artifact_versions(artifact="generic_artifact")
    seed_form = client.list_artifact_versions("generic_artifact")
    assert [one.id for one in real_form] == [one.id for one in seed_form]
    assert [one.run_metadata["custom_prefix"] for one in seed_form] == ["train", "validation", "test"]
    assert seed_form[0].run_metadata["custom_prefix"].value == "train"


def test_seed_3_linking(engine: Workspace) -> None:
    run_example(engine, "linking", "training.py", "link_outside_a_step.py")
    client = Client()
    own = client.get_model_version("MyModel", "1.2.42")
    assert own.get_model_artifact("trained_model").id == Client().get_artifact_version("trained_model").id
    checkpoints = {**own.data_artifacts, **own.model_artifacts}["training_checkpoint"]
    assert sorted(checkpoints) == ["1.2.42_0", "1.2.42_1", "1.2.42_2"]
    of_pipeline = client.get_model_version("my_model", "1.0.0")
    assert {*of_pipeline.data_artifacts, *of_pipeline.model_artifacts} == {"trn_dataset", "manual_artifact"}
    assert set(client.get_model_version("MyModel", "0.0.42").data_artifacts) == {"manual_artifact"}
    outside = client.get_model_version("MyModel", "0.2.42")
    linked = {**outside.data_artifacts, **outside.model_artifacts}
    assert list(linked) == ["existing_artifact"]
    run = client.get_pipeline("my_pipeline").last_run
    assert run.steps["trainer"].model_version.id == own.id and run.model_version.id == of_pipeline.id
    assert set(run.steps["trainer"].regular_outputs) == {"trained_model"}
    assert len(run.steps["trainer"].outputs["training_checkpoint"]) == 3
    with pytest.raises(ValueError):
        run.steps["trainer"].output


def test_seed_3_runs_again_from_the_cache(engine: Workspace) -> None:
    """Un-cached, the fixed versions would exist already: what ZenML says, too."""
    run_example(engine, "linking", "training.py")
    assert Client().get_pipeline("my_pipeline").last_run.steps["trainer"].status == "cached"
