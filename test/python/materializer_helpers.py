"""What the tests of materializers share."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Dict

SDK = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../src/runtimes/python/sdk"))
if SDK not in sys.path:
    sys.path.insert(0, SDK)

from headrace.materializers import load, save as save_payload  # noqa: E402


def save(value: Any, folder: str, **options: Any) -> Dict[str, Any]:
    """Saves a value; what the answer holds is written as the engine writes it."""
    payload = save_payload(value, folder, **options)
    content: Dict[str, str] = payload.get("content", {})
    if content:
        os.mkdir(folder)
    for name, text in content.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
            file.write(text)
    return payload


def round_trip(value: Any, folder: Any, **options: Any) -> Any:
    """Saves and loads a value the way two steps do."""
    return load(save(value, str(folder), **options))


def read(folder: Any, name: str) -> Dict[str, Any]:
    """A JSON file of a payload folder, read strictly: NaN is no JSON. A small preview is in the manifest."""

    def refuse(word: str) -> Any:
        raise AssertionError(f"{word} is not valid JSON")

    path = os.path.join(str(folder), name)
    if name == "preview.json" and not os.path.exists(path):
        return read(folder, "manifest.json")["preview"]  # type: ignore[no-any-return]
    with open(path, encoding="utf-8") as file:
        return json.load(file, parse_constant=refuse)  # type: ignore[no-any-return]
