"""The digest of a payload is the same in Python and in TypeScript: both are held to test/fixtures/payload-digests.json."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import pathlib
from typing import Any, Dict

import numpy as np
import pytest
from materializer_helpers import read, save

from headrace.materializers.hashing import FileRecord, HashingFile, payload_digest
from headrace.materializers.numpy_arrays import NumpyMaterializer

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


def _assert_digests_are_of_the_files(folder: pathlib.Path) -> None:
    for file in read(folder, "manifest.json")["files"]:
        data = (folder / file["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])


@pytest.mark.parametrize("size", [0, 10, 1 << 20])
def test_what_is_hashed_beside_other_work_is_the_file(tmp_path: pathlib.Path, size: int) -> None:
    save(np.arange(size, dtype="f8"), str(tmp_path))
    _assert_digests_are_of_the_files(tmp_path)


class Zeroing(NumpyMaterializer):
    """Changes its value after it was saved."""

    def extract_metadata(self, data: Any) -> Dict[str, Any]:
        data[:] = 0
        return {}


def test_a_materializer_that_changes_its_value_later_changes_no_digest(tmp_path: pathlib.Path) -> None:
    save(np.ones(1 << 20), str(tmp_path), materializer=Zeroing)
    _assert_digests_are_of_the_files(tmp_path)


def test_pieces_of_every_size_are_hashed_in_order(tmp_path: pathlib.Path) -> None:
    records: Dict[str, FileRecord] = {}
    path = str(tmp_path / "file")
    pieces = [b"a", b"b" * (5 << 20), b"c", b"d" * (9 << 20), b"e"]
    with HashingFile(path, records) as file:
        for piece in pieces:
            file.write_lasting(piece)
        assert file.tell() == sum(map(len, pieces))
    assert records[path].sha256() == hashlib.sha256(b"".join(pieces)).hexdigest()


def test_a_disk_that_cant_keep_a_large_file_fails_the_save(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(np.ones(1 << 20), str(tmp_path))
