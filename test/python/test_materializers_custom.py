"""Materializers that users write, and how one is found for a type (zenml-semantics §5.3)."""

from __future__ import annotations

import json
import logging
import os
import pathlib
from typing import Any, Dict, Iterator, Type

import pytest
from materializer_helpers import load, read, save

from headrace.enums import ArtifactType, VisualizationType
from headrace.exceptions import MaterializerInterfaceError, StepInterfaceError
from headrace.materializers import BaseMaterializer, BuiltInMaterializer, CloudpickleMaterializer, materializer_registry


class Sensor:
    def __init__(self, name: str) -> None:
        self.name = name


class Thermometer(Sensor):
    pass


class SensorMaterializer(BaseMaterializer):
    ASSOCIATED_TYPES = (Sensor,)
    ASSOCIATED_ARTIFACT_TYPE = ArtifactType.DATA

    def save(self, data: Sensor) -> None:
        with self.artifact_store.open(os.path.join(self.uri, "sensor.json"), "w") as file:
            json.dump({"name": data.name}, file)

    def load(self, data_type: Type[Any]) -> Any:
        with self.artifact_store.open(os.path.join(self.uri, "sensor.json"), "r") as file:
            return data_type(**json.load(file))

    def extract_metadata(self, data: Sensor) -> Dict[str, Any]:
        return {"name": data.name, "huge": "x" * 70_000, "tags": {"a"}}

    def save_visualizations(self, data: Sensor) -> Dict[str, VisualizationType]:
        path = os.path.join(self.uri, "sensor.html")
        with self.artifact_store.open(path, "w") as file:
            file.write("<b>…</b>")
        return {path: VisualizationType.HTML}


@pytest.fixture(autouse=True)
def _registrations_end_with_the_test() -> Iterator[None]:
    before = dict(materializer_registry.materializer_types)
    yield
    materializer_registry.materializer_types.clear()
    materializer_registry.materializer_types.update(before)


def test_defining_a_class_registers_it(tmp_path: pathlib.Path) -> None:
    payload = save(Sensor("s1"), str(tmp_path))
    assert payload["materializer"].endswith("SensorMaterializer")
    assert payload["type"] == "DataArtifact"
    assert load(payload).name == "s1"


def test_subclasses_of_the_type_come_back_as_themselves(tmp_path: pathlib.Path) -> None:
    assert type(load(save(Thermometer("t"), str(tmp_path)))) is Thermometer


def test_visualizations_are_listed_and_not_part_of_the_digest(tmp_path: pathlib.Path) -> None:
    payload = save(Sensor("s"), str(tmp_path / "1"))
    plain = save(Sensor("s"), str(tmp_path / "2"), visualization=False)
    assert payload["digest"] == plain["digest"]
    manifest = read(tmp_path / "1", "manifest.json")
    assert manifest["visualizations"] == [{"path": "sensor.html", "kind": "html"}]
    assert [file["path"] for file in manifest["files"]] == ["sensor.json"]


def test_the_first_visualization_is_the_preview(tmp_path: pathlib.Path) -> None:
    save(Sensor("s"), str(tmp_path))
    preview = read(tmp_path, "preview.json")
    assert (preview["kind"], preview["format"], preview["text"]) == ("text", "html", "<b>…</b>")


def test_metadata_that_is_too_long_is_left_out(tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        metadata = save(Sensor("s"), str(tmp_path))["metadata"]
    assert metadata["name"] == "s" and metadata["tags"] == ["a"] and "huge" not in metadata
    assert "'huge'" in caplog.text


def test_failing_extras_only_warn(tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(SensorMaterializer):
        SKIP_REGISTRATION = True

        def extract_metadata(self, data: Any) -> Dict[str, Any]:
            raise ValueError("no metadata today")

        def save_visualizations(self, data: Any) -> Dict[str, VisualizationType]:
            return {"/elsewhere.png": VisualizationType.IMAGE}

    with caplog.at_level(logging.WARNING):
        payload = save(Sensor("s"), str(tmp_path), materializer=Broken)
    assert set(payload["metadata"]) == {"storage_size"}
    assert "no metadata today" in caplog.text and "elsewhere" in caplog.text


def test_an_init_that_forgets_its_base_works(tmp_path: pathlib.Path) -> None:
    class Forgetful(SensorMaterializer):
        SKIP_REGISTRATION = True

        def __init__(self, uri: str, artifact_store: Any = None) -> None:
            self.uri = uri

    assert save(Sensor("s"), str(tmp_path), materializer=Forgetful)["bytes"] > 0


def test_explicit_materializers(tmp_path: pathlib.Path) -> None:
    by_class = save(Sensor("s"), str(tmp_path / "1"), materializer=CloudpickleMaterializer)
    by_path = save(Sensor("s"), str(tmp_path / "2"), materializer="headrace.materializers.CloudpickleMaterializer")
    first_that_fits = save(
        Sensor("s"), str(tmp_path / "3"), materializer=[BuiltInMaterializer, CloudpickleMaterializer]
    )
    assert by_class["materializer"] == by_path["materializer"] == first_that_fits["materializer"]
    with pytest.raises(StepInterfaceError, match="can't be written by BuiltInMaterializer, which knows"):
        save(Sensor("s"), str(tmp_path / "4"), materializer=BuiltInMaterializer)
    with pytest.raises(MaterializerInterfaceError, match="can't be imported"):
        save(1, str(tmp_path / "5"), materializer="no.such.Thing")
    with pytest.raises(MaterializerInterfaceError, match="no materializer"):
        save(1, str(tmp_path / "6"), materializer="json.JSONDecoder")


def test_reserved_names_are_refused(tmp_path: pathlib.Path) -> None:
    class Greedy(SensorMaterializer):
        SKIP_REGISTRATION = True

        def save(self, data: Any) -> None:
            with self.artifact_store.open(os.path.join(self.uri, "manifest.json"), "w") as file:
                file.write("{}")

    with pytest.raises(MaterializerInterfaceError, match="'manifest.json'.*Choose another name"):
        save(Sensor("s"), str(tmp_path), materializer=Greedy)


def test_names_that_no_windows_has_are_refused(tmp_path: pathlib.Path) -> None:
    class Careless(SensorMaterializer):
        SKIP_REGISTRATION = True

        def save(self, data: Any) -> None:
            with self.artifact_store.open(os.path.join(self.uri, "a:b"), "w") as file:
                file.write("{}")

    with pytest.raises(MaterializerInterfaceError, match="'a:b'.*no colon"):
        save(Sensor("s"), str(tmp_path), materializer=Careless)


class TestDefinition:
    def test_needs_types(self) -> None:
        with pytest.raises(MaterializerInterfaceError, match="ASSOCIATED_TYPES"):
            type("Untyped", (BaseMaterializer,), {})

    def test_types_are_classes(self) -> None:
        with pytest.raises(MaterializerInterfaceError, match="is not a class"):
            type("Wrong", (BaseMaterializer,), {"ASSOCIATED_TYPES": ("int",)})

    def test_artifact_type_is_checked(self) -> None:
        with pytest.raises(MaterializerInterfaceError, match="ASSOCIATED_ARTIFACT_TYPE"):
            type("Odd", (BaseMaterializer,), {"ASSOCIATED_TYPES": (Sensor,), "ASSOCIATED_ARTIFACT_TYPE": "odd"})

    def test_skipped_bases_register_nothing_and_do_not_pass_it_on(self) -> None:
        class Own:
            pass

        base = type("Base", (BaseMaterializer,), {"ASSOCIATED_TYPES": (Own,), "SKIP_REGISTRATION": True})
        assert not materializer_registry.is_registered(Own)
        below = type("Below", (base,), {})
        assert materializer_registry[Own] is below


class TestLookup:
    def test_built_in_types_keep_theirs_unless_overwritten(self) -> None:
        import pandas as pd

        mine = type("Mine", (BaseMaterializer,), {"ASSOCIATED_TYPES": (pd.DataFrame, int)})
        assert materializer_registry[pd.DataFrame].__name__ == "PandasMaterializer"
        assert materializer_registry[int] is BuiltInMaterializer
        materializer_registry.register_and_overwrite_type(key=pd.DataFrame, type_=mine)  # type: ignore[arg-type]
        assert materializer_registry[pd.DataFrame] is mine

    def test_the_nearest_base_wins(self) -> None:
        near = type("Near", (BaseMaterializer,), {"ASSOCIATED_TYPES": (Thermometer,)})
        assert materializer_registry[type("Child", (Thermometer,), {})] is near

    def test_two_unrelated_bases_are_ambiguous(self) -> None:
        other = type("Other", (), {})
        type("OtherMaterializer", (BaseMaterializer,), {"ASSOCIATED_TYPES": (other,)})
        both = type("Both", (Sensor, other), {})
        with pytest.raises(StepInterfaceError, match="several materializers: Sensor .*, Other "):
            materializer_registry[both]
        chosen = type("BothMaterializer", (BaseMaterializer,), {"ASSOCIATED_TYPES": (both,)})
        assert materializer_registry[both] is chosen

    def test_defining_a_class_again_replaces_it(self) -> None:
        class Thing:
            pass

        first = type("Again", (BaseMaterializer,), {"ASSOCIATED_TYPES": (Thing,)})
        second = type("Again", (BaseMaterializer,), {"ASSOCIATED_TYPES": (Thing,)})
        assert first is not second and materializer_registry[Thing] is second

    def test_module_that_is_called_like_a_library(self) -> None:
        imposter = type("Dataset", (), {"__module__": "datasets"})
        assert materializer_registry[imposter] is CloudpickleMaterializer

    def test_subclasses_of_built_in_types_are_not_flattened(self) -> None:
        assert materializer_registry[type("Text", (str,), {})] is CloudpickleMaterializer

    def test_class_of_a_script_is_found_under_its_module(self) -> None:
        script = type("OfScript", (BaseMaterializer,), {"ASSOCIATED_TYPES": (Sensor,), "__module__": "__main__"})
        assert materializer_registry.resolve("training.OfScript") is script

    def test_strings_are_no_types(self) -> None:
        with pytest.raises(TypeError):
            materializer_registry["int"]  # type: ignore[index]


def test_artifact_store_functions(tmp_path: pathlib.Path) -> None:
    store = BaseMaterializer.artifact_store
    deep = tmp_path / "a" / "b.txt"
    with store.open(deep, "w") as file:
        file.write("é")
    assert store.exists(deep) and store.size(tmp_path) == 2 and store.listdir(tmp_path) == ["a"]
    store.copy(deep, tmp_path / "c.txt")
    with pytest.raises(FileExistsError):
        store.copy(deep, tmp_path / "c.txt")
    store.rename(tmp_path / "c.txt", tmp_path / "d.txt")
    store.remove(tmp_path / "d.txt")
    store.rmtree(tmp_path / "a")
    assert not store.exists(deep) and store.size(deep) is None


def test_a_visualization_that_cannot_be_read_leaves_the_other_preview(tmp_path: pathlib.Path) -> None:
    class Vanishing(SensorMaterializer):
        SKIP_REGISTRATION = True

        def preview(self, data: Any) -> Dict[str, Any]:
            os.remove(os.path.join(self.uri, "sensor.html"))
            return super().preview(data)

    save(Sensor("s"), str(tmp_path), materializer=Vanishing)
    assert read(tmp_path, "preview.json")["kind"] == "opaque"
