"""Converting values by annotation, and what may be a parameter (zenml-semantics §1.8)."""

import sdk_path  # noqa: F401

import datetime
import enum
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Tuple, Union

import numpy as np
import pydantic
import pytest
from typing_extensions import Literal

from headrace._json import NotJson, to_json
from headrace._validate import Mismatch, coerce


class Mode(enum.Enum):
    FAST = "fast"


class Settings(pydantic.BaseModel):
    rate: float = 0.1


@dataclass
class Point:
    x: int


@pytest.mark.parametrize(
    ("value", "annotation", "expected"),
    [
        (1, float, 1.0),
        ("1.5", float, 1.5),
        (2.0, int, 2),
        (np.int64(3), int, 3),
        (np.bool_(True), bool, True),
        ("yes", bool, True),
        (1, bool, True),
        ([1, 2], Tuple[int, ...], (1, 2)),
        ((1, "2"), List[int], [1, 2]),
        ([1, 1], Set[int], {1}),
        ({"a": "1"}, Dict[str, int], {"a": 1}),
        (None, Optional[int], None),
        ("3", Union[int, str], "3"),
        ("3", Optional[int], 3),
        ("fast", Mode, Mode.FAST),
        ("a/b", Path, Path("a/b")),
        ("2024-01-02", datetime.date, datetime.date(2024, 1, 2)),
        ("2024-01-02T03:04:05Z", datetime.datetime, datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)),
        ({"rate": "0.5"}, Settings, Settings(rate=0.5)),
        ({"x": 1}, Point, Point(1)),
        ("a", Literal["a", "b"], "a"),
        (object, Any, object),
    ],
)
def test_converts(value: Any, annotation: Any, expected: Any) -> None:
    found = coerce(value, annotation)
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        ("x", int),
        (1.5, int),
        (None, int),
        ("maybe", bool),
        (1, str),
        ("ab", List[str]),
        ((1, 2, 3), Tuple[int, int]),
        ("slow", Mode),
        ({"rate": "x"}, Settings),
        ("c", Literal["a", "b"]),
        (np.zeros(2), float),
        ([], np.ndarray),
    ],
)
def test_refuses(value: Any, annotation: Any) -> None:
    with pytest.raises(Mismatch, match="Expected"):
        coerce(value, annotation)


def test_what_fits_stays_the_same_object() -> None:
    values = [1, 2]
    assert coerce(values, List[int]) is values
    array = np.zeros(2)
    assert coerce(array, np.ndarray) is array


def test_json_forms() -> None:
    number = uuid.uuid4()
    value = {"id": number, "mode": Mode.FAST, "path": Path("a"), "set": {2, 1}, 3: (1, None), "s": Settings(), "n": np.float32(0.5)}
    assert to_json(value) == {
        "id": str(number),
        "mode": "fast",
        "path": "a",
        "set": [1, 2],
        "3": [1, None],
        "s": {"rate": 0.1},
        "n": 0.5,
    }
    for wrong in (object(), [np.zeros(2)], {"f": len}):
        with pytest.raises(NotJson):
            to_json(wrong)
