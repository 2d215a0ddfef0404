"""The SDK on other Pythons: the oldest and the newest that the machine has, without any package installed.

Found on PATH as `python3.9` … `python3.14`, or named in HEADRACE_TEST_PYTHONS (separated like PATH).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Iterator, List

import pytest

import sdk_path  # noqa: F401
from fake_engine import FakeEngine

FLOW = """
from __future__ import annotations
import enum
from typing import Dict, List, Optional, Tuple
from typing_extensions import Annotated
from zenml import ArtifactConfig, get_step_context, pipeline, step

class Mode(enum.Enum):
    FAST = "fast"

@step
def load(n: int, mode: Optional[Mode] = None) -> Tuple[Annotated[List[int], "numbers"], Dict[str, str]]:
    return list(range(n)), {"mode": mode.value if mode else "none"}

@step
def total(numbers: List[float]) -> Annotated[float, ArtifactConfig("total", tags=["t"])]:
    get_step_context().add_output_metadata({"count": len(numbers)})
    return float(sum(numbers))

@pipeline(name="versions")
def flow(n: int = 4):
    numbers, _ = load(n, "fast")
    total(numbers)
"""


def interpreters() -> List[str]:
    named = [path for path in os.environ.get("HEADRACE_TEST_PYTHONS", "").split(os.pathsep) if path]
    found = [path for path in (shutil.which(f"python3.{minor}") for minor in range(9, 15)) if path]
    # A version manager puts launchers on PATH that don't all lead to an interpreter.
    return named or [path for path in found if subprocess.run([path, "-c", ""], capture_output=True).returncode == 0]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[FakeEngine]:
    engine = FakeEngine(tmp_path)
    yield engine
    engine.close()


@pytest.mark.parametrize("python", interpreters())
def test_a_pipeline_runs(engine: FakeEngine, python: str) -> None:
    file = engine.write("flow.py", FLOW)
    worker = engine.start_worker(python)
    spec = worker.compile(file)
    assert [output["output"] for output in spec["invocations"][0]["outputs"]] == ["numbers", "output_1"]
    assert spec["invocations"][1]["outputs"][0]["artifact"] == "total"
    result = worker.execute("total")
    assert result["failure"] is None, result["failure"]["traceback"]
    assert worker.run.value("total", "total") == 6.0
    assert worker.run.value("load", "output_1") == {"mode": "fast"}
    assert result["outputs"][0]["metadata"] == {"count": 4}
    assert worker.stderr == b""


def test_the_digests_of_code_are_the_same_in_all_of_them(engine: FakeEngine) -> None:
    file = engine.write("flow.py", FLOW)
    found = [
        [definition["code"] for definition in engine.start_worker(python).compile(file)["definitions"]]
        for python in interpreters()
    ]
    assert all(code == found[0] for code in found)
