"""Saving, metadata, tags, lists, deletion, and what is better than it was (zenml-semantics §4.6 to §4.11, §5.3)."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np
import pandas as pd
import pytest
from conftest import Workspace
from flows import FAIL_FAST, flow_of, fresh, run_of
from typing_extensions import Annotated

from zenml import (
    Model,
    Tag,
    add_tags,
    bulk_log_metadata,
    load_artifact,
    log_metadata,
    register_artifact,
    remove_tags,
    save_artifact,
    step,
)
from zenml.client import Client
from zenml.enums import ArtifactType, VisualizationType
from zenml.materializers.base_materializer import BaseMaterializer
from zenml.models import ArtifactVersionIdentifier, ModelVersionIdentifier, PipelineRunIdentifier, StepRunIdentifier
from zenml.types import CSVString, HTMLString, JSONString, MarkdownString
from zenml.utils.pagination_utils import depaginate


@step
def made(value: Any = 1) -> Annotated[Any, "made"]:
    return value


@step
def taking(name: str) -> Annotated[int, "taken"]:
    return int(load_artifact(name))


@step
def logging_step() -> Annotated[int, "logged"]:
    log_metadata({"step": 1})
    log_metadata({"output": 2}, infer_artifact=True)
    log_metadata({"named": 3}, artifact_name="logged", infer_artifact=True)
    log_metadata({"model": 4}, infer_model=True)
    return 1


def test_metadata_in_all_its_forms(engine: Workspace) -> None:
    name = fresh("m")
    run = run_of(logging_step, model=Model(name=name))
    record, artifact = run.steps["logging_step"], run.steps["logging_step"].output
    log_metadata({"by_id": 5}, step_id=record.id)
    log_metadata({"by_name": 6}, step_name="logging_step", run_id_name_or_prefix=run.name)
    log_metadata({"of_run": 7}, run_id_name_or_prefix=str(run.id)[:10])
    log_metadata({"by_version": 8}, artifact_name="logged", artifact_version=artifact.version)
    log_metadata({"by_version_id": 9}, artifact_version_id=artifact.id)
    log_metadata({"of_model": 10}, model_name=name, model_version="1")
    log_metadata({"of_model_id": 11}, model_version_id=run.model_version.id)
    run, client = Client().get_pipeline_run(run.id), Client()
    assert run.run_metadata == {"of_run": 7}
    assert run.steps["logging_step"].run_metadata == {"step": 1, "by_id": 5, "by_name": 6}
    kept = client.get_artifact_version(artifact.id).run_metadata
    assert {key: kept[key] for key in ("output", "named", "by_version", "by_version_id")} == {
        "output": 2, "named": 3, "by_version": 8, "by_version_id": 9,
    }  # fmt: skip
    assert client.get_model_version(name).run_metadata == {"model": 4, "of_model": 10, "of_model_id": 11}
    for wrong in ({}, {"step_name": "x"}, {"model_name": "x"}, {"infer_model": True}, {"infer_artifact": True}):
        with pytest.raises(ValueError):
            log_metadata({"a": 1}, **wrong)


def test_metadata_merge_by_key(engine: Workspace) -> None:
    artifact = save_artifact(1, fresh("a"))
    for values in ({"d": {"x": 1}, "v": 1}, {"d": {"y": 2}, "v": {"now": "a dict"}}):
        log_metadata(values, artifact_version_id=artifact.id)
    found = Client().get_artifact_version(artifact.id).run_metadata
    assert found["d"] == {"x": 1, "y": 2} and found["v"] == {"now": "a dict"}


@step
def logging_in_bulk() -> Tuple[Annotated[int, "bulk_a"], Annotated[int, "bulk_b"]]:
    bulk_log_metadata({"inferred": 1}, infer_artifacts=True, infer_models=True)
    return 1, 2


def test_metadata_for_many_things_at_once(engine: Workspace) -> None:
    name, client = fresh("m"), Client()
    run = run_of(logging_in_bulk, model=Model(name=name))
    record = run.steps["logging_in_bulk"]
    assert [record.outputs[one][0].run_metadata["inferred"] for one in ("bulk_a", "bulk_b")] == [1, 1]
    bulk_log_metadata(
        {"late": 2},
        pipeline_runs=[PipelineRunIdentifier(id=run.id), PipelineRunIdentifier(name=run.name)],
        step_runs=[StepRunIdentifier(name=record.name, run=PipelineRunIdentifier(prefix=str(run.id)[:12]))],
        artifact_versions=[ArtifactVersionIdentifier(name="bulk_a", version=record.outputs["bulk_a"][0].version)],
        model_versions=[ModelVersionIdentifier(name=name, version="1")],
    )
    run = client.get_pipeline_run(run.id)
    assert run.run_metadata == {"late": 2} and run.steps[record.name].run_metadata == {"late": 2}
    assert run.steps[record.name].outputs["bulk_a"][0].run_metadata["late"] == 2
    assert client.get_model_version(name).run_metadata == {"inferred": 1, "late": 2}
    for wrong in ({}, {"infer_models": True}, {"infer_artifacts": True}):
        with pytest.raises(ValueError):
            bulk_log_metadata({"a": 1}, **wrong)
    with pytest.raises(ValueError):
        bulk_log_metadata({}, pipeline_runs=[PipelineRunIdentifier(id=run.id)])


def test_files_of_an_artifact_as_an_archive(engine: Workspace, tmp_path: Path) -> None:
    artifact, archive = save_artifact({"a": 1}, fresh("archived")), tmp_path / "files.zip"
    artifact.download_files(str(archive))
    with zipfile.ZipFile(archive) as files:
        assert json.loads(files.read("data.json")) == {"a": 1}
    with pytest.raises(FileExistsError):
        artifact.download_files(str(archive))
    artifact.download_files(str(archive), overwrite=True)
    with pytest.raises(ValueError, match="should end with '.zip'"):
        artifact.download_files(str(tmp_path / "files.tar"))


def test_loading_in_a_step_is_an_input(engine: Workspace) -> None:
    name = fresh("loaded")
    save_artifact(41, name)
    run = run_of(lambda: taking(name))
    assert run.steps["taking"].inputs[name][0].input_type == "manual"


def test_registering_files(engine: Workspace) -> None:
    inside = engine.write("data/notes.txt", "hello")
    artifact = register_artifact(str(inside), fresh("registered"), artifact_metadata={"a": 1})
    loaded = artifact.load()
    assert isinstance(loaded, Path) and loaded.read_text() == "hello" and artifact.type == ArtifactType.DATA
    with pytest.raises(RuntimeError):
        register_artifact(str(inside), fresh("registered"))
    with pytest.raises(FileNotFoundError):
        register_artifact("/nowhere/at/all", fresh("registered"))


def test_finding_by_name_id_and_prefix(engine: Workspace) -> None:
    artifact = save_artifact(1, fresh("found"))
    client = Client()
    assert client.get_artifact_version(artifact.id) == client.get_artifact_version(artifact.name) == artifact
    assert client.get_artifact_version(str(artifact.id)[:13]).id == artifact.id
    with pytest.raises(KeyError, match="No artifact_versions found for name, ID or prefix"):
        client.get_artifact_version("no such artifact")


def test_lists_filters_and_pages(engine: Workspace) -> None:
    name, client = fresh("listed"), Client()
    for number in range(25):
        save_artifact(number, name, user_metadata={"number": number}, tags=["even"] if number % 2 == 0 else [])
    page = client.list_artifact_versions(name=name)
    assert (len(page), page.total, page.total_pages, page.index, page.max_size) == (20, 25, 2, 1, 20)
    assert len(list(page)) == 25 and page[-1].load() == 19 and [one.load() for one in page[:2]] == [0, 1]
    assert len(list(client.list_artifact_versions(name=name, page=2))) == 5
    assert len(depaginate(client.list_artifact_versions, name=name)) == 25
    assert client.list_artifact_versions(name=name, run_metadata=["number:gte:20"]).total == 5
    assert client.list_artifact_versions(name=name, tag="even", sort_by="desc:version_number")[0].version == "25"
    assert client.list_artifact_versions(name=f"startswith:{name[:9]}", version='oneof:["3", "4"]').total == 2
    with pytest.raises(ValueError):
        client.list_artifact_versions(name=name, size=0)
    with pytest.raises(ValueError):
        client.list_artifact_versions(sort_by="no_such_field", artifact=name)


def test_tags_everywhere(engine: Workspace) -> None:
    client, name = Client(), fresh("tagged")
    flow = flow_of(lambda: made(3), name=name, tags=["plain", Tag(name="down", cascade=True), Tag(name="only", exclusive=True)])
    first, second = flow(), flow()
    assert [run.id for run in client.list_pipeline_runs(tag="only")] == [second.id]
    assert {run.id for run in client.list_pipeline_runs(tag="plain")} == {first.id, second.id}
    assert [tag.name for tag in second.steps["made"].output.tags] == ["down"]
    add_tags(tags=["late"], run=str(first.id))
    add_tags(tags=["late"], artifact_version_id=first.steps["made"].output.id)
    assert [run.id for run in client.list_pipeline_runs(tag="late")] == [first.id]
    remove_tags(tags=["late"], run=str(first.id))
    assert client.list_pipeline_runs(tag="late").total == 0
    client.update_artifact(first.steps["made"].output.name, add_tags=["artifact"])
    assert "artifact" in [tag.name for tag in client.get_artifact("made").tags]
    client.delete_tag("artifact")
    assert "artifact" not in [tag.name for tag in client.get_artifact("made").tags]


def test_deleting_minds_what_runs_use(engine: Workspace) -> None:
    client = Client()
    run = run_of(lambda: made(4))
    used, unused = run.steps["made"].output, save_artifact(1, fresh("unused"))
    with pytest.raises(ValueError, match="used in runs cannot be deleted"):
        client.delete_artifact_version(used.id, delete_from_artifact_store=True)
    assert used.load() == 4
    with pytest.raises(ValueError, match="used in runs cannot be deleted"):
        client.delete_artifact("made")
    client.prune_artifacts()
    with pytest.raises(KeyError):
        client.get_artifact_version(unused.id)
    assert client.get_artifact(unused.name).versions == {}
    client.prune_artifacts(only_versions=False)
    with pytest.raises(KeyError):
        client.get_artifact(unused.name)
    client.delete_pipeline_run(run.id)
    client.delete_artifact_version(used.id)
    with pytest.raises(KeyError):
        client.get_artifact_version(used.id)


@pytest.mark.parametrize(
    "value",
    [
        {1: "a", "b": 2, (3, 4): {5}},
        [(1, 2), {3}, frozenset({4}), b"bytes", None, float("inf")],
        {"nested": {"frame": [np.arange(3).tolist()]}},
        ((1,), [2]),
    ],
    ids=["mixed keys", "tuples and sets", "nested", "a tuple"],
)
def test_containers_come_back_as_they_went(engine: Workspace, value: Any) -> None:
    back = save_artifact(value, fresh("container")).load()
    assert back == value and type(back) is type(value)


def test_mixed_keys_do_not_fail_a_step(engine: Workspace) -> None:
    @step
    def mixed() -> Annotated[Dict[Any, Any], "mixed"]:
        return {1: "a", "b": 2}

    assert run_of(mixed, execution_mode=FAIL_FAST).steps["mixed"].output.load() == {1: "a", "b": 2}


def test_series_keep_their_names_and_texts_their_metadata(engine: Workspace) -> None:
    texts = pd.Series(["x", "y"], name="letters", index=pd.Index([3, 4], name="place"))
    artifact = save_artifact(texts, fresh("series"))
    pd.testing.assert_series_equal(artifact.load(), texts)
    assert artifact.run_metadata["shape"] == [2] and artifact.run_metadata["storage_size"] > 0


class Point:
    """A type of the user's."""

    def __init__(self, x: int) -> None:
        self.x = x


class PointMaterializer(BaseMaterializer):
    """Writes it as text, and shows it as Markdown."""

    ASSOCIATED_TYPES = (Point,)
    ASSOCIATED_ARTIFACT_TYPE = ArtifactType.DATA_ANALYSIS

    def load(self, data_type: Any) -> Point:
        with self.artifact_store.open(f"{self.uri}/point.txt", "r") as file:
            return Point(int(file.read()))

    def save(self, data: Point) -> None:
        with self.artifact_store.open(f"{self.uri}/point.txt", "w") as file:
            file.write(str(data.x))

    def save_visualizations(self, data: Point) -> Dict[str, VisualizationType]:
        path = f"{self.uri}/shown.md"
        with self.artifact_store.open(path, "w") as file:
            file.write(f"**{data.x}**")
        return {path: VisualizationType.MARKDOWN}

    def extract_metadata(self, data: Point) -> Dict[str, Any]:
        return {"x": data.x}


def test_materializers_of_the_user(engine: Workspace) -> None:
    @step
    def point() -> Annotated[Point, "point"]:
        return Point(8)

    @step
    def coordinate(value: Point) -> Annotated[int, "coordinate"]:
        return value.x

    run = run_of(lambda: coordinate(point()))
    artifact = run.steps["point"].output
    assert run.steps["coordinate"].output.load() == 8
    assert artifact.type == ArtifactType.DATA_ANALYSIS and artifact.run_metadata["x"] == 8
    assert [str(one.type) for one in artifact.visualizations] == ["markdown"]


def test_structured_strings(engine: Workspace) -> None:
    values: List[str] = [HTMLString("<b>1</b>"), MarkdownString("# 1"), CSVString("a\n1"), JSONString('{"a": 1}')]
    for value in values:
        artifact = save_artifact(value, fresh("text"))
        assert artifact.load() == value and type(artifact.load()) is type(value)
        assert artifact.type == ArtifactType.DATA_ANALYSIS and len(artifact.visualizations) == 1
