"""A real engine for tests of the client: requests on a store, or whole scripts under `headrace exec`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import sdk_path  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
_NODE = ["node", "--import", (ROOT / "node_modules/tsx/dist/loader.mjs").as_uri()]


@contextmanager
def serving() -> Iterator[str]:
    """Serves requests to this process; gives the workspace."""
    from headrace import _session

    command = [*_NODE, str(ROOT / "test/python/serve_requests.ts")]
    engine = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert engine.stdout is not None and engine.stdin is not None
    told = json.loads(engine.stdout.readline())
    before = os.environ.get("HEADRACE_ENDPOINT")
    os.environ["HEADRACE_ENDPOINT"] = told["HEADRACE_ENDPOINT"]
    try:
        yield told["workspace"]
    finally:
        _session.current().connection.close()
        engine.stdin.close()
        engine.wait()
        engine.stdout.close()
        if before is None:
            del os.environ["HEADRACE_ENDPOINT"]
        else:
            os.environ["HEADRACE_ENDPOINT"] = before


def write(folder: Path, name: str, text: str) -> None:
    """Writes a script of a workspace."""
    (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")


def execute(workspace: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Runs a script as a person does without a window: `headrace exec -- python script.py`."""
    main = str(ROOT / "src/cli/main.ts")
    command = [*_NODE, main, "exec", "--workspace", str(workspace), "--", sys.executable, script]
    return subprocess.run(command, cwd=workspace, capture_output=True, text=True, encoding="utf-8", check=False)


def results(workspace: Path, script: str) -> Any:
    """The JSON value that a script prints as its last line."""
    done = execute(workspace, script)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])
