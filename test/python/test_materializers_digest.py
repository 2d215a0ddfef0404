"""The digest of a payload is the same in Python and in TypeScript: both are held to test/fixtures/payload-digests.json."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from materializer_helpers import read, save

from headrace.materializers.hashing import payload_digest

VECTORS = json.loads((pathlib.Path(__file__).parent / "../fixtures/payload-digests.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector(vector: Any) -> None:
    content = vector["content"]
    digest = payload_digest(content["dataType"], content["materializer"], content["language"], content["files"])
    assert digest == vector["digest"]


def test_a_saved_payload_has_the_digest_of_its_manifest(tmp_path: pathlib.Path) -> None:
    payload = save({"a": [b"x" * 5000]}, str(tmp_path))
    manifest = read(tmp_path, "manifest.json")
    digest = payload_digest(manifest["dataType"], manifest["materializer"], manifest["language"], manifest["files"])
    assert payload["digest"] == manifest["digest"] == digest
