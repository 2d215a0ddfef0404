"""Pipelines and steps that scripts call, on the real engine: `headrace exec -- python script.py` and `headrace run`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADRACE = ["node", "--import", str(ROOT / "node_modules" / "tsx" / "dist" / "loader.mjs"), str(ROOT / "src" / "cli" / "main.ts")]


class Workspace:
    """A folder with scripts and its store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def script(self, text: str, name: str = "script.py") -> "subprocess.CompletedProcess[str]":
        self.write(name, text)
        return self._headrace("exec", "--workspace", str(self.folder), "--", sys.executable, name)

    def run(self, name: str, *options: str) -> Dict[str, Any]:
        found = self._headrace("run", name, "--workspace", str(self.folder), "--python", sys.executable, "--json", *options)
        assert found.stdout.strip(), found.stderr
        answer: Dict[str, Any] = json.loads(found.stdout)["run"]
        return answer

    def _headrace(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([*HEADRACE, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=180)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


STEPS = """
from typing import Tuple
import numpy as np
from zenml import pipeline, step

@step
def load(n: int = 3) -> Tuple[np.ndarray, str]:
    print("loading")
    return np.arange(n), "name"

@step
def total(x: np.ndarray, factor: int = 1) -> int:
    return int(x.sum()) * factor

@step
def fails(x: np.ndarray) -> int:
    raise ValueError("no luck")
"""


def test_a_script_calls_its_pipeline_and_gets_the_run(workspace: Workspace) -> None:
    found = workspace.script(
        STEPS
        + """
@pipeline(enable_cache=False)
def flow(factor: int = 2):
    x, _ = load(4)
    total(x, factor)

if __name__ == "__main__":
    run = flow(factor=10)
    print(run.status, run.steps["total"].outputs["output"][0].load())
"""
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines() == ["loading", "completed 60"]
    assert "Initiating a new run for the pipeline: `flow`." in found.stderr
    assert "Step `total` has finished" in found.stderr


def test_a_step_called_by_itself_is_a_run(workspace: Workspace) -> None:
    found = workspace.script(STEPS + "print(total(np.arange(5), factor=2))\nx, name = load()\nprint(x.tolist(), name)\n")
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines() == ["20", "loading", "[0, 1, 2] name"]


def test_a_failed_run_raises_with_its_cause(workspace: Workspace) -> None:
    body = """
@pipeline{options}
def flow():
    x, _ = load()
    fails(x)
try:
    flow()
except Exception as error:
    print(type(error).__name__, "|", error, "|", repr(error.__cause__))
"""
    found = workspace.script(STEPS + body.format(options=""))
    assert found.stdout.splitlines()[-1] == (
        "RuntimeError | Pipeline run has failed due to failure in step(s): fails | ValueError('no luck')"
    )
    found = workspace.script(STEPS + body.format(options="(execution_mode='fail_fast')"))
    assert found.stdout.splitlines()[-1] == "ValueError | no luck | None"


def test_script_and_editor_share_cached_results(workspace: Workspace) -> None:
    text = STEPS + "@pipeline\ndef flow():\n    x, _ = load()\n    total(x)\nif __name__ == '__main__':\n    flow()\n"
    workspace.write("flow.py", text)
    assert [step["status"] for step in workspace.run("flow.py")["steps"]] == ["completed", "completed"]
    found = workspace.script(text, name="flow.py")
    assert found.returncode == 0, found.stderr
    assert "Using cached version of step `load`." in found.stderr and found.stdout == ""


def test_an_edited_helper_wakes_the_step_that_uses_it(workspace: Workspace) -> None:
    text = "from zenml import pipeline, step\nimport helper\n@step\ndef a() -> int:\n    return helper.value()\n@step\ndef b() -> int:\n    return 2\n@pipeline\ndef flow():\n    a()\n    b()\n"
    workspace.write("flow.py", text)
    workspace.write("helper.py", "def value():\n    return 1\ndef other():\n    return 1\n")
    workspace.run("flow.py")
    workspace.write("helper.py", "def value():\n    return 1\ndef other():\n    return 2\n")
    assert [step["status"] for step in workspace.run("flow.py")["steps"]] == ["cached", "cached"]
    workspace.write("helper.py", "def value():\n    return 3\ndef other():\n    return 2\n")
    steps = {step["invocation"]: step for step in workspace.run("flow.py")["steps"]}
    assert steps["a"]["status"] == "completed" and "helper.value" in steps["a"]["cacheReason"]
    assert steps["b"]["status"] == "cached"


def test_factories_have_their_own_artifacts(workspace: Workspace) -> None:
    workspace.write(
        "flow.py",
        """
from __future__ import annotations
from typing import Any, Dict
from typing_extensions import Annotated
from zenml import ArtifactConfig, pipeline, step

def create_dynamic_step(prefix: str):
    @step
    def dynamic_step(data: Any) -> Annotated[Dict[str, Any], ArtifactConfig(name=f"{prefix}_artifact")]:
        return {"processed_data": data}
    return dynamic_step

@pipeline
def dynamic(train_data, val_data):
    create_dynamic_step("train")(train_data)
    create_dynamic_step("validation")(val_data)
""",
    )
    run = workspace.run("flow.py", "--param", "train_data=[1]", "--param", "val_data={}")
    assert [(step["invocation"], step["outputs"][0]["artifact"]) for step in run["steps"]] == [
        ("dynamic_step", "train_artifact"),
        ("dynamic_step_2", "validation_artifact"),
    ]


def test_a_failing_step_is_told_with_its_place(workspace: Workspace) -> None:
    file = workspace.write("flow.py", STEPS + "@pipeline\ndef flow():\n    x, _ = load()\n    total(fails(x))\n")
    run = workspace.run("flow.py")
    steps = {step["invocation"]: step for step in run["steps"]}
    assert run["status"] == "failed" and steps["total"]["status"] == "skipped"
    error = steps["fails"]["error"]
    assert (error["type"], error["message"], error["file"]) == ("ValueError", "no luck", str(file))
    assert error["line"] == STEPS.splitlines().index('    raise ValueError("no luck")') + 1


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C can't be sent to another console's process")
def test_ctrl_c_cancels_the_run_and_is_the_scripts_own_again(workspace: Workspace) -> None:
    workspace.write(
        "flow.py",
        "import os, signal, time\nfrom zenml import pipeline, step\nfrom zenml.client import Client\n"
        "@step\ndef sleeps() -> None:\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(100)\n"
        "@pipeline\ndef flow(): sleeps()\n"
        "before = signal.getsignal(signal.SIGINT)\n"
        "try:\n    flow()\nexcept KeyboardInterrupt:\n    print('interrupted')\n"
        "print(signal.getsignal(signal.SIGINT) is before, Client().list_pipeline_runs()[0].status)\n",
    )
    found = workspace.script((workspace.folder / "flow.py").read_text(), name="flow.py")
    assert found.stdout.splitlines() == ["interrupted", "True stopped"], found.stderr


def test_the_artifact_of_the_production_model_is_looked_up_when_the_step_starts(workspace: Workspace) -> None:
    found = workspace.script(
        """
from typing_extensions import Annotated
from zenml import ArtifactConfig, Model, get_pipeline_context, pipeline, save_artifact, step
from zenml.client import Client
from zenml.enums import ModelStages

@step(model=Model(name="iris", version="1.2.42"))
def train() -> Annotated[dict, ArtifactConfig("trained_model")]:
    for epoch in range(2):
        save_artifact(data={"epoch": epoch}, name="checkpoint", version=f"1.2.42_{epoch}")
    return {"weights": [1]}

@step
def predict(model: dict) -> Annotated[list, "predictions"]:
    return model["weights"]

@pipeline
def training():
    train()

@pipeline(model=Model(name="iris", version=ModelStages.PRODUCTION))
def through_the_context():
    predict(model=get_pipeline_context().model.get_model_artifact("trained_model"))

@pipeline
def through_the_client():
    predict(model=Client().get_model_version("iris", ModelStages.PRODUCTION).get_artifact("trained_model"))

training()
version = Client().get_model_version("iris", "1.2.42")
version.set_stage("production")
print(sorted(Client().get_model_version("iris", "1.2.42").data_artifacts))
for run in (through_the_context, through_the_client):
    print(run().steps["predict"].outputs["predictions"][0].load())
"""
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines() == ["['checkpoint', 'trained_model']", "[1]", "[1]"]
