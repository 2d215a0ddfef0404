"""Values of libraries that are not always installed; each test says that it was skipped where its library is missing."""

from __future__ import annotations

import datetime
import pathlib

import numpy as np
import pytest
from materializer_helpers import load, read, round_trip, save


def test_polars(tmp_path: pathlib.Path) -> None:
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(
        {"i": [1, None, 3], "t": ["a", "a", None], "b": [True, False, True], "d": [datetime.date(2024, 1, 1)] * 3}
    )
    payload = save(frame, str(tmp_path / "frame"))
    assert load(payload).equals(frame) and load(payload).schema == frame.schema
    assert payload["summary"] == "DataFrame 3 × 4" and payload["metadata"]["shape"] == [3, 4]
    preview = read(tmp_path / "frame", "preview.json")
    assert [column["kind"] for column in preview["columns"]] == ["number", "text", "boolean", "time"]
    assert preview["columns"][0]["missing"] == 1 and preview["columns"][0]["number"]["mean"] == 2.0
    assert preview["columns"][1]["top"] == [{"value": "a", "count": 2}]
    assert preview["head"][1] == [None, "a", False, "2024-01-01"] and preview["file"] == "dataframe.parquet"
    series = pl.Series("price", [1.5, 2.5])
    again = round_trip(series, tmp_path / "series")
    assert again.name == "price" and again.equals(series)


def test_plotly(tmp_path: pathlib.Path) -> None:
    go = pytest.importorskip("plotly.graph_objects")
    figure = go.Figure(go.Scatter(x=[1, 2], y=[3, 4]), layout={"title": {"text": "Loss"}})
    payload = save(figure, str(tmp_path))
    assert payload["summary"] == "Figure Loss (scatter)"
    assert load(payload).to_dict() == figure.to_dict()
    assert {entry["kind"] for entry in read(tmp_path, "manifest.json")["visualizations"]} == {"html", "json"}
    assert read(tmp_path, "preview.json")["kind"] == "json"


def test_lightgbm(tmp_path: pathlib.Path) -> None:
    lgb = pytest.importorskip("lightgbm")
    X, y = np.arange(200.0).reshape(100, 2), np.arange(100) % 2
    booster = lgb.train({"verbose": -1, "num_threads": 1}, lgb.Dataset(X, y), num_boost_round=2)
    payload = save(booster, str(tmp_path / "booster"))
    assert payload["type"] == "ModelArtifact" and payload["summary"] == "Booster, 2 trees, 2 features"
    np.testing.assert_allclose(load(payload).predict(X), booster.predict(X))
    assert save(lgb.Dataset(X, y), str(tmp_path / "data"))["metadata"]["shape"] == [100, 2]


def test_xgboost(tmp_path: pathlib.Path) -> None:
    xgb = pytest.importorskip("xgboost")
    X, y = np.arange(20.0).reshape(10, 2), np.arange(10) % 2
    booster = xgb.train({"objective": "binary:logistic"}, xgb.DMatrix(X, y), num_boost_round=2)
    payload = save(booster, str(tmp_path / "booster"))
    assert payload["type"] == "ModelArtifact"
    np.testing.assert_allclose(load(payload).predict(xgb.DMatrix(X)), booster.predict(xgb.DMatrix(X)))
    assert save(xgb.DMatrix(X, y), str(tmp_path / "data"))["metadata"]["shape"] == [10, 2]


def test_torch(tmp_path: pathlib.Path) -> None:
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())
    payload = save(model, str(tmp_path / "model"))
    assert payload["type"] == "ModelArtifact" and payload["metadata"]["num_params"] == 9
    assert torch.equal(load(payload)(torch.ones(1, 2)), model(torch.ones(1, 2)))
    tensor = torch.arange(6).reshape(2, 3)
    assert torch.equal(round_trip(tensor, tmp_path / "tensor"), tensor)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(tensor), batch_size=2)
    metadata = save(loader, str(tmp_path / "loader"))["metadata"]
    assert (metadata["num_samples"], metadata["batch_size"], metadata["num_batches"]) == (2, 2, 1)
