"""Built-in values, containers, times, paths, strings with a format, pickles."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import json
import logging
import math
import os
import pathlib
import subprocess
import sys
import uuid
from typing import Any, NamedTuple

import pytest
from materializer_helpers import SDK, load, read, round_trip, save, save_payload

from headrace.materializers import BuiltInMaterializer, preview
from headrace.types import CSVString, HTMLString, JSONString, MarkdownString


class Colour(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    LOW = 1


class Point(NamedTuple):
    x: int
    y: int


@dataclasses.dataclass
class Settings:
    rate: float
    names: Any


VALUES = [
    None,
    True,
    0,
    -1,
    10**400,
    1 << 20_000,
    0.1,
    -0.0,
    math.inf,
    -math.inf,
    "",
    "text",
    "half \ud800 pair",
    "\u202e bidi \x00 control \r\n",
    b"",
    b"\x00\xff",
    bytearray(b"abc"),
    {},
    [],
    (),
    set(),
    frozenset({1}),
    {"a": 1, "b": [1, 2, {"c": None}]},
    {1: "one", "a": "mixed", None: 0, (1, 2): "pair", True: 5},
    {"$type": "tuple", "items": [1]},
    [(1, 2), {3, 4}, frozenset({"x"}), {"k": (5, [6])}],
    {"nested": {1: {2: {3: (4,)}}}},
    complex(1, -2),
    decimal.Decimal("1.10"),
    fractions.Fraction(1, 3),
    uuid.UUID(int=7),
    datetime.datetime(2024, 2, 29, 12, 30, 1, 5),
    datetime.datetime(2024, 2, 29, tzinfo=datetime.timezone.utc),
    datetime.date(2024, 2, 29),
    datetime.time(1, 2, 3),
    datetime.timedelta(days=-1, microseconds=3),
    [b"short", b"x" * 10_000, decimal.Decimal(2), range(3), datetime.timedelta(1), uuid.UUID(int=1)],
    Colour.RED,
    Level.LOW,
    Point(1, 2),
    collections.OrderedDict([("b", 1), ("a", 2)]),
    collections.Counter("aab"),
    Settings(0.1, ["a"]),
    [Settings(1.0, None), Point(1, 2), Colour.RED],
    HTMLString("<b>é</b>"),
    MarkdownString("# x\r\n"),
    CSVString("a,b\n1,2\n"),
    JSONString("{}"),
    pathlib.PurePosixPath("no/such/thing"),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__}")
def test_comes_back_equal_and_of_the_same_type(value: Any, tmp_path: pathlib.Path) -> None:
    again = round_trip(value, tmp_path)
    assert again == value
    assert _types(again) == _types(value)
    manifest, preview = read(tmp_path, "manifest.json"), read(tmp_path, "preview.json")
    assert manifest["format"] == 1
    assert preview["kind"]


def _types(value: Any) -> Any:
    if isinstance(value, dict):
        return (type(value), [(_types(key), _types(item)) for key, item in value.items()])
    if isinstance(value, (list, tuple)):
        return (type(value), [_types(item) for item in value])
    return type(value)


def test_nan_comes_back_and_previews_stay_valid_json(tmp_path: pathlib.Path) -> None:
    again = round_trip({"loss": math.nan, "best": [math.inf]}, tmp_path)
    assert math.isnan(again["loss"]) and again["best"] == [math.inf]
    assert read(tmp_path, "preview.json")["value"] == {"loss": "NaN", "best": ["Infinity"]}
    read(tmp_path, "data.json")


def test_negative_zero_keeps_its_sign(tmp_path: pathlib.Path) -> None:
    assert math.copysign(1, round_trip(-0.0, tmp_path)) == -1


def test_plain_containers_are_plain_json(tmp_path: pathlib.Path) -> None:
    save({"accuracy": 0.9, "classes": ["a"]}, str(tmp_path))
    assert json.loads((tmp_path / "data.json").read_text()) == {"accuracy": 0.9, "classes": ["a"]}


def test_container_that_holds_itself(tmp_path: pathlib.Path) -> None:
    loop: Any = [1]
    loop.append(loop)
    again = round_trip(loop, tmp_path)
    assert again[0] == 1 and again[1] is again


def test_very_deep_container(tmp_path: pathlib.Path) -> None:
    deep: Any = []
    for _ in range(400):
        deep = [deep]
    assert round_trip(deep, tmp_path) == deep


def test_one_object_twice_stays_one_object(tmp_path: pathlib.Path) -> None:
    shared = Settings(1.0, None)
    first, second = round_trip([shared, shared], tmp_path)
    assert first is second


def test_equal_content_gives_equal_digests(tmp_path: pathlib.Path) -> None:
    first = save({"b": {"x", "y", "z"}, "a": (1, 2)}, str(tmp_path / "1"))
    second = save({"b": {"z", "y", "x"}, "a": (1, 2)}, str(tmp_path / "2"))
    assert first["digest"] == second["digest"]
    assert save({"b": {"x"}, "a": (1, 2)}, str(tmp_path / "3"))["digest"] != first["digest"]


def test_digest_does_not_depend_on_the_process(tmp_path: pathlib.Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {SDK!r}); from headrace.materializers import save; "
        f"print(save([{{'apple', 'pear', 'plum', 'fig'}}, {{1: 2}}], sys.argv[1])['digest'])"
    )
    digests = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", code, str(tmp_path / seed)]
        digests.add(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(digests) == 1


def test_metadata(tmp_path: pathlib.Path) -> None:
    assert save(0.5, str(tmp_path / "1"))["metadata"] == {"storage_size": 3, "string_representation": "0.5"}
    assert save([1, 2], str(tmp_path / "2"))["metadata"]["length"] == 2
    assert save("x", str(tmp_path / "3"))["metadata"] == {"storage_size": 3}
    assert save(1, str(tmp_path / "4"), metadata=False)["metadata"] == {}
    assert save(1, str(tmp_path / "5"), visualization=False)["summary"] == "1"
    assert not (tmp_path / "5" / "preview.json").exists() and "preview" not in read(tmp_path / "5", "manifest.json")


def test_a_small_preview_is_in_the_manifest_and_a_large_one_beside_it(tmp_path: pathlib.Path) -> None:
    save("x" * 1000, str(tmp_path / "small"))
    save("x" * 10_000, str(tmp_path / "large"))
    assert sorted(os.listdir(tmp_path / "small")) == ["data.json", "manifest.json"]
    assert sorted(os.listdir(tmp_path / "large")) == ["data.json", "manifest.json", "preview.json"]
    assert "preview" not in read(tmp_path / "large", "manifest.json")
    for name in ("small", "large"):
        assert read(tmp_path / name, "preview.json")["text"].startswith("x")


def test_types_are_those_of_zenml(tmp_path: pathlib.Path) -> None:
    kinds = {type(value).__name__: save(value, str(tmp_path / str(at)))["type"] for at, value in enumerate([1, {}, HTMLString("")])}
    assert kinds == {"int": "DataArtifact", "dict": "BaseArtifact", "HTMLString": "DataAnalysisArtifact"}


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (0.9667, "0.9667"),
        ({"a": 1}, "dict of 1"),
        ("two\nlines", "two lines"),
        (b"abc", "bytes, 3 bytes"),
        (Settings(0.1, None), "Settings(rate=0.1, names=None)"),
        (object(), "object"),
        (Settings(0.1, list(range(10**6))), f"Settings(rate=0.1, names={list(range(20))}"[:79] + "…"),
    ],
)
def test_summary(value: Any, line: str, tmp_path: pathlib.Path) -> None:
    assert save(value, str(tmp_path))["summary"] == line


class TestPaths:
    def test_file(self, tmp_path: pathlib.Path) -> None:
        source = tmp_path / "report.md"
        source.write_text("# Results")
        again = round_trip(source, tmp_path / "payload")
        assert again.name == "report.md" and again.read_text() == "# Results" and again != source
        assert read(tmp_path / "payload", "preview.json")["format"] == "markdown"

    def test_can_be_left_alone(self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ZENML_DISABLE_PATH_MATERIALIZER", "True")
        assert round_trip(tmp_path, tmp_path / "payload") == tmp_path

    def test_folder_gives_the_same_digest_whenever_it_is_packed(self, tmp_path: pathlib.Path) -> None:
        source = tmp_path / "data"
        (source / "deep").mkdir(parents=True)
        (source / "deep" / "x.bin").write_bytes(b"\0\1")
        first = save(source, str(tmp_path / "1"))
        os.utime(source / "deep" / "x.bin", (1, 1))
        second = save(source, str(tmp_path / "2"))
        assert first["digest"] == second["digest"]
        assert (load(second) / "deep" / "x.bin").read_bytes() == b"\0\1"
        assert read(tmp_path / "1", "preview.json")["items"] == [{"key": "deep/x.bin", "summary": "2 bytes"}]


class TestPickles:
    def test_function_of_a_script(self, tmp_path: pathlib.Path) -> None:
        pytest.importorskip("cloudpickle")
        assert round_trip(lambda x: x + 1, tmp_path)(1) == 2

    def test_what_cannot_be_pickled_says_what_to_do(self, tmp_path: pathlib.Path) -> None:
        import threading

        with pytest.raises(TypeError, match="can't be stored.*define a materializer"):
            save({"lock": threading.Lock()}, str(tmp_path))

    def test_warns_when_python_differs(self, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
        payload = save(Settings(1.0, None), str(tmp_path))
        (tmp_path / "python_version.txt").write_text("2.7")
        with caplog.at_level(logging.WARNING):
            load(payload)
        assert "pickled by Python 2.7" in caplog.text

    def test_missing_module_is_named(self, tmp_path: pathlib.Path) -> None:
        module = tmp_path / "short_lived_module.py"
        module.write_text("class Thing: pass")
        sys.path.insert(0, str(tmp_path))
        try:
            import short_lived_module  # type: ignore[import-not-found]

            payload = save(short_lived_module.Thing(), str(tmp_path / "payload"))
        finally:
            sys.path.remove(str(tmp_path))
            del sys.modules["short_lived_module"]
        with pytest.raises(ImportError, match="short_lived_module.*Install the package, or run from"):
            load(payload)


def test_a_preview_can_be_made_later(tmp_path: pathlib.Path) -> None:
    payload = save({"a": 1}, str(tmp_path), visualization=False)
    assert preview(payload)["value"] == {"a": 1}


def test_gone_payload_says_so(tmp_path: pathlib.Path) -> None:
    payload = save(b"1", str(tmp_path / "x"))
    with pytest.raises(FileNotFoundError, match="are gone"):
        load({**payload, "folder": str(tmp_path / "y"), "artifact": "a", "version": "1"})


def test_nothing_heavy_is_imported_for_plain_values(tmp_path: pathlib.Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {SDK!r}); from headrace.materializers import save; "
        f"save({{'a': [1, (2,)]}}, sys.argv[1]); "
        f"print([m for m in ('numpy', 'pandas', 'sklearn', 'pydantic', 'cloudpickle', 'pyarrow') if m in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_text_with_control_characters_stays_data(tmp_path: pathlib.Path) -> None:
    save("\x1b[31m\u202e", str(tmp_path))
    assert read(tmp_path, "preview.json")["text"] == "\x1b[31m\u202e"


def test_large_containers_have_bounded_previews(tmp_path: pathlib.Path) -> None:
    save({str(n): "x" * 5000 for n in range(500)}, str(tmp_path))
    preview = read(tmp_path, "preview.json")
    assert preview["truncated"] is True and preview["length"] == 500
    assert (tmp_path / "preview.json").stat().st_size <= 256 << 10


SMALL = [True, 3, 2.5, float("nan"), None, "lone \ud800", "é\n", {"a": [1, (2, {3})], 4: b"x"}, [], {"$type": 1}, 1 << 13_000]


@pytest.mark.parametrize("value", SMALL, ids=lambda value: repr(value)[:20])
def test_a_small_value_in_the_answer_is_the_payload_that_a_folder_would_be(value: Any, tmp_path: pathlib.Path) -> None:
    (tmp_path / "folder").mkdir()
    sent = save(value, str(tmp_path / "sent"))
    stored = save(value, str(tmp_path / "folder"))
    assert "content" in sent and "content" not in stored
    assert {**sent, "folder": "", "content": ""} == {**stored, "folder": "", "content": ""}
    names = sorted(os.listdir(tmp_path / "sent"))
    assert names == sorted(os.listdir(tmp_path / "folder"))
    for name in names:
        assert (tmp_path / "sent" / name).read_bytes() == (tmp_path / "folder" / name).read_bytes()
    loaded = load({key: item for key, item in sent.items() if key != "content"})
    assert repr(load(sent)) == repr(loaded) == repr(value)


class _Loose:
    pass


@pytest.mark.parametrize(
    "value",
    ["x" * 17_000, [0] * 9_000, {"a": _Loose()}, [b"x" * 9_000, datetime.datetime.now()], "ü" * 9_000],
    ids=["long text", "long list", "pickled element", "large bytes", "text of wide characters"],
)
def test_what_is_large_or_no_json_goes_into_a_folder(value: Any, tmp_path: pathlib.Path) -> None:
    payload = save_payload(value, str(tmp_path / "x"))
    assert "content" not in payload and (tmp_path / "x" / "manifest.json").is_file()


def test_a_materializer_that_inherits_from_ours_writes_by_itself(tmp_path: pathlib.Path) -> None:
    class Own(BuiltInMaterializer):
        SKIP_REGISTRATION = True

        def save(self, data: Any) -> None:
            with open(self.path_of("own.txt"), "w", encoding="utf-8") as file:
                file.write(data)

    save_payload("x", str(tmp_path / "x"), materializer=Own)
    assert (tmp_path / "x" / "own.txt").read_text(encoding="utf-8") == "x"
