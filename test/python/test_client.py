"""The client against a real store: what is asked, what comes back, what is raised."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Iterator
from uuid import UUID

import numpy as np
import pytest
from client_helpers import serving

from headrace import Client, Model, Tag, add_tags, remove_tags
from headrace import link_artifact_to_model, load_artifact, log_metadata, register_artifact, save_artifact
from headrace.artifacts.utils import log_artifact_metadata
from headrace.enums import ArtifactSaveType, ArtifactType, ModelStages
from headrace.exceptions import EntityExistsError, UnsupportedFeatureError, ZenKeyError
from headrace.identifiers import ArtifactVersionIdentifier
from headrace.metadata import bulk_log_metadata
from headrace.model_utils import log_model_metadata
from headrace.page import depaginate


@pytest.fixture(scope="module", autouse=True)
def workspace() -> Iterator[str]:
    with serving() as folder:
        yield folder


def test_saves_and_loads_by_id_prefix_name_and_version() -> None:
    first = save_artifact(np.arange(6), "predictions")
    second = save_artifact({"a": [1, 2]}, "predictions", version="rc1")
    client = Client()
    for key in (first.id, str(first.id), str(first.id)[:13]):
        assert client.get_artifact_version(key).load().tolist() == [0, 1, 2, 3, 4, 5]
    assert client.get_artifact_version("predictions", "1") == first
    assert client.get_artifact_version("predictions") == second
    assert load_artifact("predictions") == {"a": [1, 2]}
    assert load_artifact("predictions", "1").shape == (6,)


def test_responses_say_what_zenml_s_do() -> None:
    version = save_artifact(np.ones((2, 3)), "described", tags=["good"], user_metadata={"who": "me"})
    assert isinstance(version.id, UUID)
    assert (version.name, version.version, version.version_number) == ("described", "1", 1)
    assert version.type is ArtifactType.DATA and version.save_type is ArtifactSaveType.MANUAL
    assert version.data_type.import_path == "numpy.ndarray"
    assert [tag.name for tag in version.tags] == ["good"]
    assert version.run_metadata["shape"] == [2, 3]
    assert version.run_metadata["who"] == "me" and version.run_metadata["who"].value == "me"
    assert Path(version.uri, "data.npy").is_file()
    assert version.artifact.has_custom_name and version.artifact.versions["1"] == version
    assert version == Client().get_artifact_version(version.id) and len({version, version.get_hydrated_version()}) == 1
    assert version.model_dump()["name"] == "described"
    assert json.loads(version.model_dump_json())["id"] == str(version.id)
    assert version.created.tzinfo is None
    with pytest.raises(RuntimeError, match="The run that produced the artifact with id"):
        version.step


def test_downloads_files_and_never_over_others(tmp_path: Path) -> None:
    version = save_artifact({"a": 1}, "downloaded")
    target = tmp_path / "files.zip"
    version.download_files(str(target))
    with zipfile.ZipFile(target) as archive:
        assert json.loads(archive.read("data.json")) == {"a": 1}
    with pytest.raises(FileExistsError):
        version.download_files(str(target))
    version.download_files(str(target), overwrite=True)
    with pytest.raises(ValueError, match="zip"):
        version.download_files(str(tmp_path / "files.tar"))


def test_missing_things_are_key_errors_that_read_as_text() -> None:
    save_artifact(1, "present")
    with pytest.raises(KeyError, match="^No artifact_versions found for name, ID or prefix absent") as caught:
        Client().get_artifact_version("absent")
    assert not str(caught.value).startswith("'")
    with pytest.raises(KeyError, match="Artifact present has no version 7; its latest is 1"):
        Client().get_artifact_version("present", "7")
    for count in range(17):
        save_artifact(count, "ambiguous")
    heads = [str(version.id)[0] for version in Client().list_artifact_versions("ambiguous")]
    head = next(head for head in heads if heads.count(head) > 1)
    with pytest.raises(ZenKeyError, match="Multiple artifact_versions"):
        Client().get_artifact_version(head)


def test_existing_versions_are_refused() -> None:
    save_artifact(1, "checkpoint", version="1.2.42_0")
    with pytest.raises(EntityExistsError, match="An artifact with the same name and version already exists"):
        save_artifact(2, "checkpoint", version="1.2.42_0")


def test_pages_speak_of_themselves_and_loops_see_everything() -> None:
    for number in range(45):
        save_artifact(number, "paged")
    client = Client()
    page = client.list_artifact_versions("paged")
    assert (len(page), page.size, page.total, page.total_pages, page.index) == (20, 20, 45, 3, 1)
    assert [version.version for version in page] == [str(number) for number in range(1, 46)]
    assert page[-1].version == "20" and [version.version for version in page[:2]] == ["1", "2"]
    assert client.get_artifact_version("paged", "44") in page
    chosen = [client.list_artifact_versions(artifact="paged", page=number, size=20) for number in (1, 2, 3)]
    assert [len(list(one)) for one in chosen] == [20, 20, 5]
    newest = client.list_artifact_versions(artifact="paged", sort_by="desc:version_number", size=3)
    assert [version.version for version in newest] == ["45", "44", "43"]
    assert len(depaginate(client.list_artifact_versions, artifact="paged", size=7)) == 45


def test_filters_reach_the_engine() -> None:
    for number in range(10):
        save_artifact(number, "filtered", user_metadata={"accuracy": number / 10}, tags=["even"] if number % 2 == 0 else None)
    client = Client()
    assert client.list_artifact_versions(artifact="filtered", run_metadata=["accuracy:gt:0.7"]).total == 2
    assert client.list_artifact_versions(name="filtered", tag="even").total == 5
    assert client.list_artifact_versions(name="startswith:filt", version="oneof:" + json.dumps(["1", "2"])).total == 2
    assert client.list_artifacts(name="contains:ilter").items[0].latest_version_name == "10"
    with pytest.raises(ValueError, match="You can only sort by valid fields of this resource"):
        client.list_artifacts(sort_by="nothing")
    with pytest.raises(ValueError, match="page number"):
        client.list_artifacts(page=0)


def test_reading_through_a_model_never_makes_a_version() -> None:
    assert Model("never").get_artifact("x") is None
    assert Client().list_models(name="never").total == 0
    Client().create_model("empty")
    assert Model("empty").get_artifact("x") is None and Model("empty", "v1").get_model_artifact("x") is None
    assert Model("empty").stage is None
    assert Model("empty", 1) != Model("empty", "latest")
    assert Client().list_model_versions("empty").total == 0
    with pytest.raises(KeyError):
        Model("empty", ModelStages.PRODUCTION).get_artifact("x")
    with pytest.raises(KeyError):
        Model("empty", 3).number
    with pytest.raises(RuntimeError, match="doesn't exist"):
        Model("empty", "v1").id


def test_models_versions_stages_and_artifacts() -> None:
    client = Client()
    trained = save_artifact({"w": 1}, "trained", artifact_type=ArtifactType.MODEL)
    data = save_artifact([1, 2], "data")
    for version in (trained, data):
        link_artifact_to_model(version, Model("MyModel", "1.0.0"))
    link_artifact_to_model(artifact_version_id=data.id, model=Model("MyModel", "1.0.0"))
    model = Model("MyModel", "1.0.0")
    assert model.number == 1 and model.get_model_artifact("trained") == trained and model.load_artifact("data") == [1, 2]
    assert model.get_data_artifact("data") == data and model.get_data_artifact("trained") is None
    found = client.get_model_version("MyModel", "1.0.0")
    assert found.data_artifact_ids == {"data": {"1": data.id}} and found.model_artifacts == {"trained": {"1": trained}}
    assert found.model.latest_version_name == "1.0.0" and found.to_model_class().get_artifact("data") == data
    second = client.create_model_version("MyModel", description="next", tags=["new"])
    assert (second.name, second.number, second.description) == ("2", 2, "next")
    found.set_stage("production")
    with pytest.raises(RuntimeError, match="^Model version 1.0.0 is in production, but `force` flag is False"):
        second.set_stage(ModelStages.PRODUCTION)
    client.update_model_version("MyModel", "2", stage="production", force=True, add_tags=["live"])
    assert Model("MyModel", "production").number == 2 and Model("MyModel", 1).stage is ModelStages.ARCHIVED
    assert [one.stage for one in client.list_stages(second.id)] == ["production"]
    with pytest.raises(ValueError, match="not a valid model stage"):
        second.set_stage("shipping")
    with pytest.raises(ValueError, match="custom numeric"):
        client.create_model_version("MyModel", name="7")
    with pytest.raises(ValueError, match="No model identifier"):
        client.get_model_version(None, "1.0.0")
    model.delete_artifact("data")
    assert model.get_artifact("data") is None and client.get_artifact_version(data.id) == data
    links = client.list_model_version_artifact_links(model_version_id=found.id)
    assert [link.artifact_version for link in links] == [trained]
    client.delete_model("MyModel")
    assert client.get_artifact_version(trained.id).load() == {"w": 1}


def test_linking_without_a_model_says_how() -> None:
    version = save_artifact(1, "unlinked")
    with pytest.raises(RuntimeError, match="called without `model` parameter"):
        link_artifact_to_model(version)


def test_metadata_in_all_its_forms() -> None:
    client = Client()
    version = save_artifact(1, "measured")
    model_version = Model("measured_model", "a")
    log_metadata({"a": (1, 2), "n": np.float32(0.5)}, artifact_version_id=version.id)
    log_metadata({"b": {"x": 1}}, artifact_name="measured", artifact_version="1")
    log_metadata({"b": {"y": 2}}, artifact_name="measured")
    log_artifact_metadata({"c": 1}, "measured")
    bulk_log_metadata({"d": True}, artifact_versions=[ArtifactVersionIdentifier(name="measured", version="1")])
    found = client.get_artifact_version(version.id).run_metadata
    expected = {"a": [1, 2], "n": 0.5, "b": {"x": 1, "y": 2}, "c": 1, "d": True}
    assert {key: found[key] for key in expected} == expected
    model_version.log_metadata({"accuracy": 0.9})
    log_model_metadata({"recall": 0.8}, "measured_model", "a")
    log_metadata({"f1": 0.85}, model_name="measured_model", model_version="latest")
    assert model_version.run_metadata == {"accuracy": 0.9, "recall": 0.8, "f1": 0.85}
    with pytest.raises(ValueError, match="No step is running"):
        log_metadata({"x": 1})
    with pytest.raises(ValueError, match="^Unsupported way to call the `log_metadata`"):
        log_metadata({"x": 1}, step_name="train")
    with pytest.raises(ValueError):
        log_model_metadata({"x": 1}, model_name="measured_model")


def test_metadata_that_has_no_json_form_is_left_out_and_named(caplog: pytest.LogCaptureFixture) -> None:
    version = save_artifact(1, "unmeasured", user_metadata={"good": 1, "bad": object(), "long": "x" * 70_000})
    log_metadata({"long": "x" * 70_000}, artifact_version_id=version.id)
    metadata = Client().get_artifact_version(version.id).run_metadata
    assert metadata["good"] == 1 and "bad" not in metadata and "long" not in metadata
    assert "`bad` is left out: a value of type object" in caplog.text and "`long` is 70002 characters" in caplog.text


def test_tags() -> None:
    client = Client()
    version = save_artifact(1, "tagged")
    add_tags(["plain", Tag("red", color="red", exclusive=True)], artifact_version_id=version.id)
    add_tags(["all"], artifact="tagged")
    assert {tag.name for tag in client.get_artifact_version(version.id).tags} == {"plain", "red"}
    assert client.get_tag("red").exclusive and client.list_tags(exclusive=True).total == 1
    assert [artifact.name for artifact in client.list_artifacts(tag="all")] == ["tagged"]
    other = save_artifact(2, "tagged")
    add_tags(["red"], artifact_name="tagged", artifact_version=other.version)
    assert "red" not in client.get_artifact_version(version.id).tags, "an exclusive tag moves"
    with pytest.raises(ValueError, match="exists and is exclusive"):
        add_tags([Tag("red", exclusive=False)], artifact="tagged")
    remove_tags(["plain"], artifact_version_id=version.id)
    assert client.get_artifact_version(version.id).tags == []
    with pytest.raises(ValueError, match="exactly one thing"):
        add_tags(["x"])
    client.delete_tag("red")
    assert client.get_artifact_version(other.id).tags == []


def test_registered_files_load_as_a_copy(workspace: str, tmp_path: Path) -> None:
    data = Path(workspace, "data.txt")
    data.write_text("original")
    version = register_artifact(str(data), "registered", artifact_metadata={"rows": 1})
    loaded = version.load()
    assert loaded.read_text() == "original"
    loaded.write_text("changed")
    assert data.read_text() == "original" and version.run_metadata["rows"] == 1
    version.download_files(str(tmp_path / "files.zip"))
    with zipfile.ZipFile(tmp_path / "files.zip") as archive:
        assert archive.read("data.txt") == b"original"
    with pytest.raises(RuntimeError, match="already used"):
        register_artifact(str(data), "again")
    with pytest.raises(FileNotFoundError):
        register_artifact("/nowhere/at/all", "outside")


def test_deleting_and_pruning() -> None:
    client = Client()
    save_artifact(1, "deleted")
    client.delete_artifact_version("deleted", "1")
    assert client.get_artifact("deleted").versions == {}
    client.update_artifact("deleted", new_name="renamed")
    with pytest.raises(KeyError):
        client.get_artifact("deleted")
    client.delete_artifact("renamed")
    assert client.list_artifacts(name="renamed").total == 0


def test_what_is_not_there_says_so() -> None:
    client = Client()
    assert client.active_stack.orchestrator.flavor == "local"
    assert client.active_stack.name == "default" and Path(client.active_stack.artifact_store.path).is_dir()
    with pytest.raises(UnsupportedFeatureError, match="no stacks"):
        client.list_stacks()
    with pytest.raises(UnsupportedFeatureError, match="no stack component `experiment_tracker`"):
        client.active_stack.experiment_tracker
    with pytest.raises(AttributeError):
        client.no_such_thing
