"""The SDK passes a strict type checker, and keeps the signatures of steps and pipelines."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

ROOT = Path(__file__).resolve().parents[2]
SDK = ROOT / "src" / "runtimes" / "python" / "sdk"
SIGNATURES = ROOT / "test" / "python" / "typing" / "signatures.py"

pytest.importorskip("mypy", reason="mypy is not installed here")


def mypy(cache: Path, *arguments: str) -> List[str]:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", f"--cache-dir={cache}", *arguments]
    done = subprocess.run(command, cwd=SDK, capture_output=True, text=True)
    assert not done.stderr, done.stderr
    return [line for line in done.stdout.splitlines() if ": error:" in line]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def test_the_sdk_is_strictly_typed(cache: Path) -> None:
    assert mypy(cache, "-p", "headrace", "-p", "zenml") == []


def test_signatures_are_kept(cache: Path) -> None:
    expected = [
        (number, kind)
        for number, line in enumerate(SIGNATURES.read_text(encoding="utf-8").splitlines(), 1)
        for kind in re.findall(r"# error: ([\w-]+)", line)
    ]
    found = [re.search(r"signatures\.py:(\d+): .*\[([\w-]+)\]$", line) for line in mypy(cache, str(SIGNATURES))]
    assert [(int(match[1]), match[2]) for match in found if match] == expected and None not in found
