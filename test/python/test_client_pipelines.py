"""What user code asks inside of pipelines and steps, as whole scripts under `headrace exec`; seeds 1 to 3 among them."""

from __future__ import annotations

from pathlib import Path

import pytest
from client_helpers import execute, results, write

TRAINING = """
    import pandas as pd
    from sklearn.base import ClassifierMixin
    from sklearn.linear_model import LogisticRegression
    from typing_extensions import Annotated
    from zenml import Model, pipeline, step

    @step(enable_cache=False)
    def train() -> Annotated[ClassifierMixin, "trained_model"]:
        return LogisticRegression().fit(pd.DataFrame({"x": [0.0, 1.0]}), [0, 1])

    @pipeline(model=Model(name="iris_classifier"))
    def training():
        train()
"""


def test_seed_1_loads_the_production_model_in_both_ways(tmp_path: Path) -> None:
    write(tmp_path, "training.py", TRAINING)
    write(
        tmp_path,
        "predict.py",
        """
        import json
        import pandas as pd
        from sklearn.base import ClassifierMixin
        from typing_extensions import Annotated
        from zenml import Model, get_pipeline_context, pipeline, step
        from zenml.client import Client
        from zenml.enums import ModelStages
        from training import training

        @step
        def load_data() -> pd.DataFrame:
            return pd.DataFrame({"x": [0.0, 1.0]})

        @step
        def predict(model: ClassifierMixin, data: pd.DataFrame) -> Annotated[pd.Series, "predictions"]:
            return pd.Series(model.predict(data))

        @pipeline(model=Model(name="iris_classifier", version=ModelStages.PRODUCTION))
        def do_predictions():
            model = get_pipeline_context().model
            predict(model=model.get_model_artifact("trained_model"), data=load_data())

        @pipeline
        def with_client():
            model = Client().get_model_version("iris_classifier", ModelStages.PRODUCTION)
            predict(model=model.get_model_artifact("trained_model"), data=load_data())

        if __name__ == "__main__":
            try:
                do_predictions()
            except KeyError as error:
                refused = str(error)
            training()
            training()
            Client().get_model_version("iris_classifier", 1).set_stage("production")
            first, second = do_predictions(), with_client()
            trained = Client().get_artifact_version("trained_model", "1")
            version = Client().get_model_version("iris_classifier", 1)
            print(json.dumps({
                "refused": refused,
                "statuses": [str(run.status) for run in (first, second)],
                "inputs": [run.steps["predict"].inputs["model"].id == trained.id for run in (first, second)],
                "types": [run.steps["predict"].inputs["model"][0].input_type.value for run in (first, second)],
                "linked": sorted(version.artifacts),
                "model": str(first.model_version.number),
                "without": second.model_version is None,
                "predictions": first.steps["predict"].output.load().tolist(),
            }))
        """,
    )
    found = results(tmp_path, "predict.py")
    refused = found.pop("refused")
    assert "iris_classifier" in refused and not refused.startswith("'")
    assert found == {
        "statuses": ["completed", "completed"],
        "inputs": [True, True],
        "types": ["lazy", "lazy"],
        "linked": sorted(["trained_model", "predictions", "do_predictions::load_data::output"]),
        "model": "1",
        "without": True,
        "predictions": [0, 1],
    }


def test_seed_2_finds_artifacts_by_their_metadata(tmp_path: Path) -> None:
    write(
        tmp_path,
        "dynamic.py",
        """
        import json
        from typing import Any, Dict
        from typing_extensions import Annotated
        from zenml import ArtifactConfig, get_step_context, pipeline, step
        from zenml.client import Client

        def create_dynamic_step(prefix: str):
            @step
            def dynamic_step(data: Any) -> Annotated[Dict[str, Any], ArtifactConfig(name=f"{prefix}_artifact")]:
                return {"processed_data": data}
            return dynamic_step

        @pipeline
        def dynamic_artifact_pipeline(train_data, val_data, test_data):
            for prefix, data in (("train", train_data), ("validation", val_data), ("test", test_data)):
                create_dynamic_step(prefix)(data)

        @step
        def generic_step(data: Any, prefix: str) -> Annotated[Dict[str, Any], "generic_artifact"]:
            get_step_context().add_output_metadata(output_name="generic_artifact", metadata={"custom_prefix": prefix})
            return {"processed_data": data}

        @pipeline
        def metadata_artifact_pipeline(train_data, val_data, test_data):
            generic_step(train_data, prefix="train")
            generic_step(val_data, prefix="validation")
            generic_step(test_data, prefix="test")

        if __name__ == "__main__":
            run = dynamic_artifact_pipeline([1], [2], [3])
            metadata_artifact_pipeline([1], [2], [3])
            found = {}
            client = Client()
            for artifact in client.list_artifact_versions("generic_artifact"):
                prefix = artifact.run_metadata.get("custom_prefix")
                if prefix == "train" or prefix == "validation" or prefix == "test":
                    found[artifact.run_metadata["custom_prefix"].value] = artifact.load()
            by_name = {name: client.get_artifact_version(f"{name}_artifact").load() for name in found}
            print(json.dumps([found == by_name, found, list(run.steps)]))
        """,
    )
    same, found, steps = results(tmp_path, "dynamic.py")
    assert same and steps == ["dynamic_step", "dynamic_step_2", "dynamic_step_3"]
    assert found == {name: {"processed_data": [n]} for n, name in enumerate(("train", "validation", "test"), 1)}


def test_seed_3_saves_and_links_inside_of_steps_and_outside(tmp_path: Path) -> None:
    write(
        tmp_path,
        "linking.py",
        """
        import json
        from typing_extensions import Annotated
        from zenml import Model, link_artifact_to_model, pipeline, save_artifact, step
        from zenml.artifacts.artifact_config import ArtifactConfig
        from zenml.client import Client

        @step(model=Model(name="MyModel", version="1.2.42"))
        def trainer() -> Annotated[dict, ArtifactConfig("trained_model")]:
            for epoch in range(3):
                save_artifact(data={"epoch": epoch}, name="training_checkpoint", version=f"1.2.42_{epoch}")
            return {"trained": True}

        @step
        def f_() -> None:
            new_artifact = save_artifact(data="Hello, World!", name="manual_artifact")
            link_artifact_to_model(artifact_version_id=new_artifact.id, model=Model(name="MyModel", version="0.0.42"))

        @pipeline
        def linking():
            trainer()
            f_()

        if __name__ == "__main__":
            run = linking()
            save_artifact(1, "existing_artifact")
            existing_artifact = Client().get_artifact_version(name_id_or_prefix="existing_artifact")
            link_artifact_to_model(artifact_version_id=existing_artifact.id, model=Model(name="MyModel", version="0.2.42"))
            linked = {
                one.name: {name: sorted(versions) for name, versions in one.artifacts.items()}
                for one in Client().list_model_versions("MyModel")
            }
            again = linking.with_options(enable_cache=False)()
            step = run.steps["trainer"]
            print(json.dumps({
                "linked": linked,
                "manual": [one.save_type.value for one in step.outputs["training_checkpoint"]],
                "regular": list(step.regular_outputs),
                "loaded": step.outputs["trained_model"].load(),
                "again": [str(again.status), again.steps["trainer"].exception_info.type],
                "runs": sorted(Client().get_model_version("MyModel", "1.2.42").pipeline_runs) == [run.name],
            }))
        """,
    )
    done = execute(tmp_path, "linking.py")
    assert "EntityExistsError" in done.stderr + done.stdout, "a version that exists fails the step when it runs again"
    write(tmp_path, "checks.py", """
        import json
        from zenml.client import Client
        runs = Client().list_pipeline_runs(pipeline_name="linking", sort_by="asc:created")
        first, again = runs[0], runs[1]
        step = first.steps["trainer"]
        print(json.dumps({
            "linked": {
                one.name: {name: sorted(versions) for name, versions in one.artifacts.items()}
                for one in Client().list_model_versions("MyModel")
            },
            "manual": [one.save_type.value for one in step.outputs["training_checkpoint"]],
            "regular": list(step.regular_outputs),
            "loaded": step.outputs["trained_model"].load(),
            "again": [str(again.status), again.steps["trainer"].exception_info.type, again.steps["trainer"].outputs],
        }))
    """)
    found = results(tmp_path, "checks.py")
    assert found == {
        "linked": {
            "0.0.42": {"manual_artifact": ["1", "2"]},
            "0.2.42": {"existing_artifact": ["1"]},
            "1.2.42": {
                "trained_model": ["1"],
                "training_checkpoint": ["1.2.42_0", "1.2.42_1", "1.2.42_2"],
            },
        },
        "manual": ["manual", "manual", "manual"],
        "regular": ["trained_model"],
        "loaded": {"trained": True},
        "again": ["failed", "EntityExistsError", {}],
    }


def test_what_a_step_says_of_itself_is_recorded(tmp_path: Path) -> None:
    write(
        tmp_path,
        "saying.py",
        """
        import json
        from typing_extensions import Annotated
        from zenml import Client, Model, Tag, add_tags, get_step_context, load_artifact, log_metadata, pipeline, save_artifact, step

        @step
        def say() -> Annotated[int, "said"]:
            print("spoken")
            log_metadata({"on": "step"})
            log_metadata({"on": "output"}, infer_artifact=True)
            log_metadata({"by": "name"}, artifact_name="said")
            log_metadata({"on": "model"}, infer_model=True)
            log_metadata({"on": "run"}, run_id_name_or_prefix=get_step_context().pipeline_run.id)
            add_tags(["of_run"])
            add_tags(["of_output"], infer_artifact=True)
            add_tags(["of_saved"], artifact_version_id=save_artifact(1, "saved").id)
            assert load_artifact("before") == "value"
            model = get_step_context().model
            assert (model.name, model.number) == ("speaker", 1), model
            assert model.get_artifact("saved").load() == 1
            return 1

        @pipeline(model=Model(name="speaker"), enable_cache=False)
        def saying():
            say()

        if __name__ == "__main__":
            before = save_artifact("value", "before")
            run = saying()
            step = run.steps["say"]
            print(json.dumps({
                "step": step.run_metadata["on"],
                "output": [step.outputs["said"].run_metadata[key] for key in ("on", "by")],
                "model": run.model_version.run_metadata["on"],
                "run": run.run_metadata["on"],
                "full": Client().get_pipeline_run(run.id, include_full_metadata=True).run_metadata["say::on"],
                "tags": [[tag.name for tag in one.tags] for one in (run, step.outputs["said"], step.outputs["saved"])],
                "inputs": {name: [one.input_type.value for one in ones] for name, ones in step.inputs.items()},
                "logs": step.logs, "source": "def say()" in step.source_code,
                "consumers": [one.name == run.name for one in before.pipeline_runs],
            }))
        """,
    )
    assert results(tmp_path, "saying.py") == {
        "step": "step",
        "output": ["output", "name"],
        "model": "model",
        "run": "run",
        "full": "step",
        "tags": [["of_run"], ["of_output"], ["of_saved"]],
        "inputs": {"before": ["manual"]},
        "logs": "spoken\n",
        "source": True,
        "consumers": [True],
    }


def test_look_ups_in_a_body_wait_and_give_plain_values(tmp_path: Path) -> None:
    write(
        tmp_path,
        "waiting.py",
        """
        import json
        from zenml import Client, ExternalArtifact, Model, pipeline, register_artifact, save_artifact, step
        from zenml.artifacts.unmaterialized_artifact import UnmaterializedArtifact

        @step
        def use(a: int, b: float, c: str, d: list, e: list) -> dict:
            return {"types": [type(one).__name__ for one in (a, b, c, d, e)], "values": [a, b, c, d, e]}

        @step
        def files(one: UnmaterializedArtifact) -> str:
            with open(f"{one.uri}/data.json") as file:
                return file.read()

        @pipeline(enable_cache=False)
        def waiting():
            version = Client().get_artifact_version("measured")
            model = Model(name="known", version="v1")
            use(version, version.run_metadata["accuracy"], version.run_metadata["label"], version.run_metadata["list"][0],
                ExternalArtifact(value=[5]))
            files(model.get_artifact("measured"))

        @pipeline
        def forgotten():
            Model(name="known").get_artifact("measured")
            use(1, 0.5, "", [], [])

        if __name__ == "__main__":
            save_artifact(0, "measured")
            from zenml import link_artifact_to_model
            saved = save_artifact(7, "measured", user_metadata={"accuracy": 0.5, "label": "x", "list": [[1], [2]]})
            link_artifact_to_model(saved, Model("known", "v1"))
            run = waiting()
            try:
                forgotten()
            except ValueError as error:
                refused = str(error)
            print(json.dumps({
                "use": run.steps["use"].output.load(), "files": run.steps["files"].output.load(),
                "inputs": {name: one[0].input_type.value for name, one in run.steps["use"].inputs.items()},
                "refused": refused,
            }))
        """,
    )
    found = results(tmp_path, "waiting.py")
    assert found["use"] == {"types": ["int", "float", "str", "list", "list"], "values": [7, 0.5, "x", [1], [5]]}
    assert found["files"] == "7" and found["inputs"] == {"a": "lazy", "e": "external"}
    assert found["refused"].startswith("`version` must be set if you use the `Model` class directly in the pipeline body")


def test_a_registered_folder_is_an_input_like_any_other(tmp_path: Path) -> None:
    write(
        tmp_path,
        "registering.py",
        """
        import json
        from pathlib import Path
        from zenml import Client, pipeline, register_artifact, step

        @step
        def read(data: Path) -> str:
            return (data / "rows.txt").read_text()

        @pipeline
        def reading():
            read(Client().get_artifact_version("dataset"))

        @pipeline
        def by_id(id: str):
            from zenml import ExternalArtifact
            read(ExternalArtifact(id=id))

        if __name__ == "__main__":
            Path("dataset").mkdir()
            Path("dataset/rows.txt").write_text("1,2,3")
            version = register_artifact("dataset", "dataset")
            runs = [reading(), by_id(str(version.id))]
            print(json.dumps([run.steps["read"].output.load() for run in runs]))
        """,
    )
    assert results(tmp_path, "registering.py") == ["1,2,3", "1,2,3"]


def test_no_engine_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from headrace import Client, _session

    monkeypatch.delenv("HEADRACE_ENDPOINT", raising=False)
    monkeypatch.setattr(_session, "_session", None)
    with pytest.raises(ConnectionError, match="headrace exec -- python"):
        Client().get_artifact_version("x")
