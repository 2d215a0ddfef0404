"""Values of real libraries: what is written, what comes back, what is shown."""

from __future__ import annotations

import builtins
import pathlib
from typing import Any

import numpy as np
import pandas as pd
import pytest
from materializer_helpers import load, read, round_trip, save

class Rude:
    """What can't be shown. (At the top: without cloudpickle nothing else is stored.)"""

    def __repr__(self) -> str:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


ARRAYS = {
    "matrix": np.arange(12.0).reshape(3, 4),
    "fortran": np.asfortranarray(np.arange(12).reshape(3, 4)),
    "strided": np.arange(100).reshape(10, 10)[::2, ::3],
    "empty": np.empty((0, 3)),
    "zero dimensions": np.array(5),
    "bool": np.array([True, False]),
    "complex": np.array([1 + 2j]),
    "text": np.array(["a", "bcd"]),
    "bytes": np.array([b"a", b"bc"]),
    "times": np.array(["2024-01-01", "NaT"], dtype="datetime64[D]"),
    "durations": np.array([1, 2], dtype="timedelta64[s]"),
    "big endian": np.arange(3, dtype=">i4"),
    "half": np.array([1.5], dtype="float16"),
    "record": np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
    "record with other letters": np.array([(1,)], dtype=[("größe", "i4")]),
    "objects": np.array([1, "x", None], dtype=object),
    "width zero": np.zeros(3, dtype="U0"),
    "not finite": np.array([np.nan, np.inf, 1.0]),
}


class TestNumpy:
    @pytest.mark.parametrize("name", ARRAYS)
    def test_comes_back(self, name: str, tmp_path: pathlib.Path) -> None:
        array = ARRAYS[name]
        again = round_trip(array, tmp_path)
        assert type(again) is np.ndarray and again.dtype == array.dtype and again.shape == array.shape
        np.testing.assert_array_equal(again, array)
        assert again.flags.writeable
        assert read(tmp_path, "preview.json")["shape"] == list(array.shape)

    @pytest.mark.parametrize("name", [n for n in ARRAYS if n not in ("objects", "record with other letters")])
    def test_numpy_itself_reads_the_file_without_pickle(self, name: str, tmp_path: pathlib.Path) -> None:
        save(ARRAYS[name], str(tmp_path))
        np.testing.assert_array_equal(np.load(tmp_path / "data.npy", allow_pickle=False), ARRAYS[name])

    def test_masked_arrays_keep_their_mask(self, tmp_path: pathlib.Path) -> None:
        again = round_trip(np.ma.masked_array([1, 2], mask=[True, False]), tmp_path)
        assert again.mask.tolist() == [True, False]

    def test_scalars_alone_and_in_containers(self, tmp_path: pathlib.Path) -> None:
        for at, value in enumerate([np.float32(0.1), np.int64(3), np.bool_(True), np.str_("x"), np.float64("nan")]):
            again = round_trip(value, tmp_path / f"a{at}")
            assert type(again) is type(value)
            inside = round_trip({"v": value}, tmp_path / f"b{at}")["v"]
            assert type(inside) is type(value) and (inside == value or inside != inside)
        assert save(np.float64(0.25), str(tmp_path / "s"))["summary"] == "0.25"

    def test_large_arrays_are_private_to_their_reader(self, tmp_path: pathlib.Path) -> None:
        array = np.arange(10 << 20, dtype="float64")
        payload = save(array, str(tmp_path))
        first = load(payload)
        first[0] = 99
        assert type(first) is np.ndarray and load(payload)[0] == 0
        assert payload["metadata"]["statistics_sample"] < array.size
        statistics = read(tmp_path, "preview.json")["statistics"]
        assert statistics["sample"] < statistics["count"] == array.size

    def test_digest_of_large_arrays_is_that_of_the_file(self, tmp_path: pathlib.Path) -> None:
        import hashlib

        save(np.arange(3 << 20), str(tmp_path))
        recorded = read(tmp_path, "manifest.json")["files"][0]
        assert recorded["sha256"] == hashlib.sha256((tmp_path / "data.npy").read_bytes()).hexdigest()

    def test_infinite_values_are_counted_beside_those_that_have_a_place(self, tmp_path: pathlib.Path) -> None:
        save(np.array([1.0, np.inf, -np.inf, np.nan]), str(tmp_path))
        summary = read(tmp_path, "preview.json")["statistics"]
        assert [summary[key] for key in ("count", "missing", "infinite", "min", "max")] == [4, 1, 2, 1, 1]

    @pytest.mark.parametrize("dtype, file", [("f8", "data.npy"), ("c16", "data.npy"), ("S3", "data.npy"), ("i4,f8", None)])
    def test_the_preview_names_a_file_that_can_be_paged(self, dtype: str, file: Any, tmp_path: pathlib.Path) -> None:
        save(np.zeros(3, dtype=dtype), str(tmp_path))
        preview = read(tmp_path, "preview.json")
        assert preview["file"] == file and len(preview["head"]) == 3

    def test_metadata_and_preview(self, tmp_path: pathlib.Path) -> None:
        payload = save(np.array([[1.0, 2.0], [3.0, np.nan]]), str(tmp_path))
        assert payload["summary"] == "ndarray (2, 2) float64"
        assert payload["metadata"]["shape"] == [2, 2] and payload["metadata"]["dtype"] == "float64"
        assert payload["metadata"]["mean"] == "NaN"
        preview = read(tmp_path, "preview.json")
        assert preview["head"] == [[1.0, 2.0], [3.0, "NaN"]] and preview["file"] == "data.npy"
        summary = preview["statistics"]
        assert (summary["count"], summary["missing"], summary["min"], summary["max"]) == (4, 1, 1.0, 3.0)
        assert sum(summary["histogram"]["counts"]) == 3

    def test_words_of_text_arrays(self, tmp_path: pathlib.Path) -> None:
        metadata = save(np.array(["a b", "b"]), str(tmp_path))["metadata"]
        assert (metadata["unique_words"], metadata["most_common_word"], metadata["most_common_count"]) == (2, "b", 2)

    def test_numbers_too_close_for_a_histogram(self, tmp_path: pathlib.Path) -> None:
        save(np.array([1.0, np.nextafter(1.0, 2)]), str(tmp_path))
        assert sum(read(tmp_path, "preview.json")["statistics"]["histogram"]["counts"]) == 2


def _frames() -> Any:
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["letter", None])
    return {
        "numbers": pd.DataFrame({"a": [1, 2], "b": [0.1, np.nan]}),
        "text": pd.DataFrame({"a": ["x", None], "b": ["", "\n\","]}),
        "object text": pd.DataFrame({"a": pd.Series(["x", None], dtype=object)}),
        "index": pd.DataFrame({"a": [1, 2]}, index=pd.Index(["u", "v"], name="key")),
        "int index": pd.DataFrame({"a": [1, 2]}, index=[7, 3]),
        "range index": pd.DataFrame({"a": [1, 2]}, index=pd.RangeIndex(10, 30, 10)),
        "multi index": pd.DataFrame({"a": [1, 2]}, index=index),
        "time index": pd.DataFrame({"a": [1, 2]}, index=pd.date_range("2024-01-01", periods=2, freq="D", name="day")),
        "times": pd.DataFrame(
            {
                "naive": pd.to_datetime(["2024-01-01", None]),
                "zone": pd.to_datetime(["2024-01-01", "2024-06-01"]).tz_localize("Europe/Berlin"),
                "seconds": pd.Series(["2024-01-01", "2024-01-02"]).astype("datetime64[s]"),
                "delta": pd.to_timedelta(["1s", "2s"]),
            }
        ),
        "category": pd.DataFrame({"c": pd.Categorical(["b", "a"], categories=["b", "a", "c"], ordered=True)}),
        "nullable": pd.DataFrame({"i": pd.array([1, None], dtype="Int64"), "b": pd.array([True, None], dtype="boolean")}),
        "int columns": pd.DataFrame([[1, 2], [3, 4]]),
        "mixed columns": pd.DataFrame([[1, 2]], columns=[0, "a"]),
        "multi columns": pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("x", 1), ("y", 2)])),
        "same names": pd.DataFrame([[1, 2]], columns=["a", "a"]),
        "lists in cells": pd.DataFrame({"a": [[1], (2, 3)]}),
        "dictionaries in cells": pd.DataFrame({"a": [{"x": 1}, {"y": 2}]}),
        "mixed cells": pd.DataFrame({"a": [1, "x"]}),
        "no rows": pd.DataFrame({"a": pd.Series([], dtype="int8")}),
        "no columns": pd.DataFrame(index=[1, 2]),
        "nothing": pd.DataFrame(),
        "small types": pd.DataFrame({"a": np.array([1], dtype="int8"), "b": np.array([0.1], dtype="float32")}),
        "series": pd.Series([1.5, 2.5], name="price"),
        "text series": pd.Series(["a b", "c"], name="words", index=["i", "j"]),
        "nameless series": pd.Series([1, 2]),
        "series named by number": pd.Series([1], name=3),
        "series named by pair": pd.Series([1], name=("a", 1)),
    }


FRAMES = _frames()


def _assert_same(again: Any, value: Any) -> None:
    assert type(again) is type(value)
    if isinstance(value, pd.Series):
        pd.testing.assert_series_equal(again, value)
    else:
        pd.testing.assert_frame_equal(again, value)
    assert type(again.index) is type(value.index)


class TestPandas:
    @pytest.mark.parametrize("name", FRAMES)
    def test_comes_back(self, name: str, tmp_path: pathlib.Path) -> None:
        _assert_same(round_trip(FRAMES[name], tmp_path), FRAMES[name])
        assert read(tmp_path, "preview.json")["kind"] == "table"

    @pytest.mark.parametrize("name", FRAMES)
    def test_comes_back_without_pyarrow(
        self, name: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import importlib.util

        find = importlib.util.find_spec
        monkeypatch.setattr(importlib.util, "find_spec", lambda n, *a: None if n == "pyarrow" else find(n, *a))
        payload = save(FRAMES[name], str(tmp_path))
        assert not (tmp_path / "df.parquet").exists()
        _assert_same(load(payload), FRAMES[name])

    def test_plain_frames_need_no_pickle_without_pyarrow(
        self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import importlib.util

        monkeypatch.setattr(importlib.util, "find_spec", lambda n, *a: None)
        for name in ("numbers", "text", "index", "times", "category", "nullable", "series", "int columns"):
            save(FRAMES[name], str(tmp_path / name))
            assert (tmp_path / name / "df.csv").exists(), name

    def test_attributes_survive(self, tmp_path: pathlib.Path) -> None:
        frame = pd.DataFrame({"a": [1]})
        frame.attrs = {"source": "survey", 1: (2,)}
        assert round_trip(frame, tmp_path).attrs == {"source": "survey", 1: (2,)}

    def test_metadata(self, tmp_path: pathlib.Path) -> None:
        metadata = save(pd.DataFrame({"a": [1, 3], "b": ["x", "y"]}), str(tmp_path / "1"))["metadata"]
        assert metadata["shape"] == [2, 2] and metadata["dtype"]["a"] == "int64"
        assert metadata["mean"] == {"a": 2.0} and metadata["max"] == {"a": 3}
        text = save(FRAMES["text series"], str(tmp_path / "2"))["metadata"]
        assert text["shape"] == [2] and text["storage_size"] > 0

    def test_preview_of_columns(self, tmp_path: pathlib.Path) -> None:
        frame = pd.DataFrame({"n": [1.0, None, 3.0], "t": ["a", "a", "b"], "b": [True, False, True]})
        payload = save(frame, str(tmp_path))
        assert payload["summary"] == "DataFrame 3 × 3"
        preview = read(tmp_path, "preview.json")
        number, text, flag = preview["columns"]
        assert (number["kind"], number["missing"], number["number"]["mean"]) == ("number", 1, 2.0)
        assert (text["kind"], text["distinct"], text["top"][0]) == ("text", 2, {"value": "a", "count": 2})
        assert flag["kind"] == "boolean"
        assert preview["head"][1] == [None, "a", False]
        assert (preview["rows"], preview["columnCount"], preview["file"]) == (3, 3, "df.parquet")

    def test_long_and_wide_frames_have_bounded_previews(self, tmp_path: pathlib.Path) -> None:
        save(pd.DataFrame(np.zeros((250_000, 60))), str(tmp_path))
        preview = read(tmp_path, "preview.json")
        assert preview["truncated"] and len(preview["columns"]) == 50 and len(preview["head"]) == 100
        number = preview["columns"][0]["number"]
        assert number["count"] == 250_000 and number["sample"] < 250_000
        assert (tmp_path / "preview.json").stat().st_size <= 256 << 10

    def test_frames_of_strange_objects_still_have_a_preview(self, tmp_path: pathlib.Path) -> None:
        save(pd.DataFrame({"a": [Rude()]}), str(tmp_path))
        assert read(tmp_path, "preview.json")["head"] == [["Rude"]]


class TestScikitLearn:
    def test_fitted_pipeline(self, tmp_path: pathlib.Path) -> None:
        from sklearn.ensemble import RandomForestClassifier
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        X, y = np.arange(20.0).reshape(10, 2), np.arange(10) % 2
        model = make_pipeline(StandardScaler(), RandomForestClassifier(n_estimators=3, random_state=0)).fit(X, y)
        payload = save(model, str(tmp_path))
        assert payload["type"] == "ModelArtifact"
        assert payload["summary"] == "Pipeline(StandardScaler → RandomForestClassifier)"
        np.testing.assert_array_equal(load(payload).predict(X), model.predict(X))
        preview = read(tmp_path, "preview.json")
        assert preview["kind"] == "estimator"
        assert preview["text"].splitlines() == [
            "Pipeline",
            "├─ standardscaler: StandardScaler",
            "└─ randomforestclassifier: RandomForestClassifier",
        ]
        assert preview["steps"][1]["parameters"]["n_estimators"] == 3

    def test_summary_names_what_differs_from_the_defaults(self, tmp_path: pathlib.Path) -> None:
        from sklearn.svm import SVC

        assert save(SVC(gamma=0.001), str(tmp_path))["summary"] == "SVC(gamma=0.001)"

    def test_fitted_attributes(self, tmp_path: pathlib.Path) -> None:
        from sklearn.linear_model import LinearRegression

        save(LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0]), str(tmp_path))
        fitted = {entry["name"]: entry["summary"] for entry in read(tmp_path, "preview.json")["fitted"]}
        assert fitted["n_features_in_"] == "1" and fitted["coef_"].startswith("[")

    def test_search_holds_its_estimator(self, tmp_path: pathlib.Path) -> None:
        from sklearn.model_selection import GridSearchCV
        from sklearn.tree import DecisionTreeClassifier

        search = GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2]}, cv=2)
        save(search.fit([[0], [1], [2], [3]], [0, 1, 0, 1]), str(tmp_path))
        steps = read(tmp_path, "preview.json")["steps"]
        assert [step["className"] for step in steps] == ["DecisionTreeClassifier"]


class TestOthers:
    @pytest.mark.parametrize("kind", ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
    def test_sparse(self, kind: str, tmp_path: pathlib.Path) -> None:
        from scipy import sparse

        for at, make in enumerate((sparse.eye_array, sparse.eye)):
            matrix = make(4, 3, format=kind)
            again = round_trip(matrix, tmp_path / str(at))
            assert type(again) is type(matrix) and (again.toarray() == matrix.toarray()).all()
        assert save(sparse.eye(3, format="csr"), str(tmp_path / "m"))["metadata"]["nnz"] == 3

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I", "F", "CMYK"])
    def test_images(self, mode: str, tmp_path: pathlib.Path) -> None:
        from PIL import Image

        image = Image.linear_gradient("L").resize((20, 10)).convert(mode)
        payload = save(image, str(tmp_path))
        again = load(payload)
        assert again.mode == mode and again.tobytes() == image.tobytes()
        assert payload["metadata"]["width"] == 20
        preview = read(tmp_path, "preview.json")
        assert (preview["kind"], preview["width"], preview["height"]) == ("image", 20, 10)
        assert (tmp_path / preview["file"]).is_file()

    def test_matplotlib(self, tmp_path: pathlib.Path) -> None:
        from matplotlib.figure import Figure

        figure = Figure()
        figure.subplots().set_title("Loss")
        payload = save(figure, str(tmp_path))
        assert payload["summary"] == "Figure Loss"
        assert load(payload).axes[0].get_title() == "Loss"
        preview = read(tmp_path, "preview.json")
        assert (tmp_path / preview["file"]).read_bytes().startswith(b"\x89PNG")

    def test_pydantic(self, tmp_path: pathlib.Path) -> None:
        payload = save(Config(rate=0.5, layers=[1, 2]), str(tmp_path))
        assert load(payload) == Config(rate=0.5, layers=[1, 2])
        assert payload["metadata"]["schema"]["title"] == "Config"
        assert read(tmp_path, "preview.json")["value"] == {"rate": 0.5, "layers": [1, 2]}

    def test_pydantic_model_of_a_script_loads_through_its_namesake(self, tmp_path: pathlib.Path) -> None:
        payload = {**save(Config(rate=1, layers=[]), str(tmp_path)), "dataType": "__main__.Config"}
        assert isinstance(load(payload, Config), Config)

    def test_containers_of_library_values(self, tmp_path: pathlib.Path) -> None:
        value = {"X": np.arange(3), ("a", 1): [pd.DataFrame({"c": [1]}), Config(rate=1, layers=[])], "f": np.float64(1)}
        again = round_trip(value, tmp_path)
        assert again["X"].tolist() == [0, 1, 2] and again[("a", 1)][1] == Config(rate=1, layers=[])
        pd.testing.assert_frame_equal(again[("a", 1)][0], value[("a", 1)][0])  # type: ignore[index]
        moved = tmp_path.rename(tmp_path.with_name("moved"))
        manifest = read(moved, "manifest.json")
        reference = {**manifest, "folder": str(moved)}
        assert load(reference)["X"].tolist() == [0, 1, 2]
        items = read(moved, "preview.json")["items"]
        assert items[0] == {"key": "X", "summary": "ndarray (3,) int64"}


from pydantic import BaseModel  # noqa: E402


class Config(BaseModel):
    rate: float
    layers: builtins.list  # type: ignore[type-arg]
