"""The worker process, driven over the real protocol by a small engine of the tests."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest

import sdk_path  # noqa: F401
from fake_engine import DEADLINE, Answered, FakeEngine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[FakeEngine]:
    engine = FakeEngine(tmp_path)
    yield engine
    engine.close()


PIPELINE = """
from typing import Tuple
from zenml import pipeline, step

{steps}

@pipeline
def flow():
{body}
"""


def started(engine: FakeEngine, steps: str, body: str, **options: Any) -> Any:
    """A worker that has compiled a pipeline."""
    text = PIPELINE.format(steps=steps, body="\n".join(f"    {line}" for line in body.strip().splitlines()))
    worker = engine.start_worker()
    worker.compile(engine.write("flow.py", text), **options)
    return worker


def failure_of(engine: FakeEngine, steps: str, body: str = "fails()") -> Dict[str, Any]:
    worker = started(engine, steps, body)
    result = worker.execute("fails")
    assert result["failure"] is not None and result["outputs"] == []
    failure: Dict[str, Any] = result["failure"]
    return failure


def test_the_tutorial(engine: FakeEngine) -> None:
    engine.write(
        "pipelines/training.py",
        "import sys, os\n"
        "from zenml import pipeline\n"
        "sys.path.append(os.path.abspath(os.path.join(os.path.dirname(__file__), '..')))\n"
        "from steps.data import load_data\n"
        "from steps.model import train, predict\n"
        "@pipeline(name='Tutorial', enable_cache=False)\n"
        "def training_pipeline():\n"
        "    X, y = load_data()\n"
        "    predictions = predict(train(X, y), X)\n"
        "if __name__ == '__main__':\n"
        "    training_pipeline()\n",
    )
    engine.write(
        "steps/data.py",
        "from typing import Tuple\nimport numpy as np\nfrom zenml import step\n"
        "@step\ndef load_data() -> Tuple[np.ndarray, np.ndarray]:\n"
        "    X, y = np.arange(12.0).reshape(6, 2), np.array([0, 1, 0, 1, 0, 1])\n    return X, y\n",
    )
    engine.write(
        "steps/model.py",
        "import numpy as np\nfrom sklearn.tree import DecisionTreeClassifier\nfrom zenml import step\n"
        "@step\ndef train(X: np.ndarray, y: np.ndarray) -> DecisionTreeClassifier:\n"
        "    return DecisionTreeClassifier().fit(X, y)\n"
        "@step(enable_cache=False)\ndef predict(model: DecisionTreeClassifier, X: np.ndarray) -> np.ndarray:\n"
        "    return model.predict(X)\n",
    )
    worker = engine.start_worker()
    spec = worker.compile(engine.workspace / "pipelines/training.py")
    assert worker.peer.hello["role"] == "worker" and worker.peer.hello["pid"] == worker.process.pid
    assert spec["pipeline"]["name"] == "Tutorial" and spec["pipeline"]["enableCache"] is False
    assert worker.modules == ["numpy", "sklearn.tree"]
    assert worker.execute("predict")["failure"] is None
    assert worker.run.value("predict").tolist() == [0, 1, 0, 1, 0, 1]


def test_output_belongs_to_its_step_byte_for_byte(engine: FakeEngine) -> None:
    steps = (
        "import os, sys, subprocess\n"
        "@step\ndef prints() -> None:\n"
        "    sys.stdout.write('a\\rb')\n    sys.stdout.flush()\n    os.write(1, b'\\xff\\n')\n"
        "    subprocess.run([sys.executable, '-c', 'print(1, end=\"\")'])\n    print('warn', file=sys.stderr)\n"
        "@step\ndef silent() -> None:\n    pass\n"
        "@step\ndef hides() -> None:\n    print('x')\n    sys.stdout.close()\n    os.close(1)\n"
    )
    worker = started(engine, "print('at import')\n" + steps, "prints()\nsilent()\nhides()")
    assert worker.stdout == b"at import\n"
    worker.execute("prints")
    assert (worker.stdout, worker.stderr) == (b"a\rb\xff\n1", b"warn\n")
    worker.execute("silent")
    assert (worker.stdout, worker.stderr) == (b"", b"")
    worker.execute("hides")
    assert worker.stdout == b"x\n"


def test_environment_and_input_are_not_for_steps(engine: FakeEngine) -> None:
    steps = (
        "import os\n@step\ndef looks() -> str:\n    return str(sorted({'HEADRACE_TOKEN', 'HEADRACE_ENDPOINT_ADDRESS'} & set(os.environ)))\n"
        "@step\ndef fails() -> None:\n    input()\n"
    )
    worker = started(engine, steps, "looks()\nfails()")
    worker.execute("looks")
    assert worker.run.value("looks") == "[]"
    failure = worker.execute("fails")["failure"]
    assert failure["type"] == "EOFError" and "parameter" in failure["advice"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no file that is always full")
def test_a_full_disk_is_told_in_words(engine: FakeEngine) -> None:
    steps = (
        "from zenml.materializers.base_materializer import BaseMaterializer\n"
        "class Big: ...\n"
        "class BigMaterializer(BaseMaterializer):\n"
        "    ASSOCIATED_TYPES = (Big,)\n"
        "    def save(self, data):\n        with open('/dev/full', 'wb') as file:\n            file.write(b'x')\n"
        "@step\ndef fails() -> Big:\n    return Big()\n"
    )
    failure = failure_of(engine, steps)
    assert failure["message"] == "Output `output` could not be stored: the disk is full."
    assert "Free some space" in failure["advice"]


def test_a_failure_says_where_and_keeps_its_causes(engine: FakeEngine) -> None:
    steps = (
        "def helper():\n    try:\n        {}['k']\n    except KeyError as error:\n        raise ValueError('no k') from error\n"
        "@step\ndef fails() -> int:\n    return helper()\n"
    )
    failure = failure_of(engine, steps)
    assert (failure["type"], failure["message"]) == ("ValueError", "no k")
    assert failure["location"] == {"file": str(engine.workspace / "flow.py"), "line": 9}
    assert failure["code"] == "raise ValueError('no k') from error"
    assert "KeyError: 'k'" in failure["traceback"] and "direct cause" in failure["traceback"]
    assert "headrace" not in failure["traceback"]


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("import sys; sys.exit(3)", "SystemExit", "sys.exit(3)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise BaseException('base')", "BaseException", "base"),
        ("raise Rude()", "Rude", "can't be shown"),
        ("import nowhere", "ModuleNotFoundError", "No module named 'nowhere'"),
        ("raise KeyError('k')", "KeyError", "'k'"),
        ("return 'text'", "StepInterfaceError", "expected type `int`, got type `str`"),
        ("return None", "StepInterfaceError", "expected type `int`, got type `NoneType`"),
    ],
)
def test_failures_of_every_kind(engine: FakeEngine, body: str, kind: str, message: str) -> None:
    rude = "class Rude(Exception):\n    def __str__(self):\n        raise RuntimeError('never')\n"
    failure = failure_of(engine, f"{rude}@step\ndef fails() -> int:\n    {body}\n")
    assert failure["type"] == kind and message in failure["message"]
    assert failure["location"]["file"] == str(engine.workspace / "flow.py")


def test_a_missing_package_names_the_interpreter(engine: FakeEngine) -> None:
    failure = failure_of(engine, "@step\ndef fails() -> None:\n    import cv2\n")
    assert "opencv-python" in failure["advice"] and "has no module `cv2`" in failure["advice"]


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ("@step\ndef fails() -> None:\n    return 1\n", "declares no output"),
        ("@step\ndef fails() -> Tuple[int, str]:\n    if True:\n        return 5\n    return 1, 'a'\n", "expected 2 values"),
        ("@step\ndef fails() -> Tuple[int, str]:\n    if True:\n        return [1]\n    return 1, 'a'\n", "expected 2, got 1"),
    ],
)
def test_wrong_outputs(engine: FakeEngine, steps: str, message: str) -> None:
    failure = failure_of(engine, steps)
    assert failure["type"] == "StepInterfaceError" and message in failure["message"]
    assert failure["location"]["file"] == str(engine.workspace / "flow.py")


def test_cancelling_lets_user_code_clean_up_once(engine: FakeEngine) -> None:
    steps = (
        "import time\n@step\ndef sleeps() -> None:\n    open('started', 'w').close()\n    try:\n        time.sleep(300)\n"
        "    finally:\n        time.sleep(0.2)\n        open('cleaned', 'w').close()\n"
        "@step\ndef after() -> int:\n    return 1\n"
    )
    worker = started(engine, steps, "sleeps()\nafter()")
    cancelled = threading.Event()

    def cancel() -> None:
        while not (engine.workspace / "started").exists():
            cancelled.wait(0.01)
        os.kill(worker.process.pid, signal.SIGINT)
        worker.peer.notify("cancel", {"reason": "test"})

    threading.Thread(target=cancel, daemon=True).start()
    result = worker.execute("sleeps")
    assert result["cancelled"] is True and result["failure"] is None
    assert (engine.workspace / "cleaned").exists()
    os.kill(worker.process.pid, signal.SIGINT)
    assert worker.execute("after")["failure"] is None


def test_the_worker_ends_with_its_engine(engine: FakeEngine) -> None:
    steps = "import time\n@step\ndef hangs() -> None:\n    open('started', 'w').close()\n    time.sleep(300)\n"
    worker = started(engine, steps, "hangs()")
    asking = threading.Thread(target=lambda: pytest.raises(Answered, worker.execute, "hangs"), daemon=True)
    asking.start()
    waiting = threading.Event()
    while not (engine.workspace / "started").exists():
        waiting.wait(0.01)
    worker.peer.close()
    asking.join(DEADLINE)
    assert worker.process.wait(DEADLINE) is not None


def test_shutdown(engine: FakeEngine) -> None:
    worker = engine.start_worker()
    worker.peer.notify("shutdown", {})
    assert worker.process.wait(DEADLINE) == 0


def test_warm_imports_what_it_can(engine: FakeEngine) -> None:
    worker = engine.start_worker()
    assert worker.peer.request("warm", {"modules": ["numpy", "nowhere.at_all"]}) == {"failed": ["nowhere.at_all"]}


@pytest.mark.parametrize(
    ("text", "pipeline", "kind", "message", "line"),
    [
        ("def broken(:\n", None, "SyntaxError", "invalid syntax", 1),
        ("x = 1\nraise ValueError('at import')\n", None, "ValueError", "at import", 2),
        ("x = 1\n", None, "PipelineInterfaceError", "has no pipeline", None),
        ("from zenml import pipeline\n@pipeline\ndef a(): ...\n@pipeline\ndef b(): ...\n", None, "PipelineInterfaceError", "several", None),
        ("from zenml import pipeline\n@pipeline\ndef a(): ...\n", "c", "PipelineInterfaceError", "no pipeline `c`. It has `a`", None),
        ("from zenml import pipeline\n@pipeline\ndef a(): ...\n", None, "ValueError", "has no steps", 3),
        ("@pipeline\ndef a(): ...\n", None, "NameError", "pipeline", 1),
        ("from zenml import pipeline\n@pipeline\ndef a(n): ...\n", None, "ValueError", "Missing: n", 3),
    ],
)  # fmt: skip
def test_files_that_cannot_be_compiled(
    engine: FakeEngine, text: str, pipeline: Any, kind: str, message: str, line: Any
) -> None:
    file = engine.write("flow.py", text)
    with pytest.raises(Answered) as caught:
        engine.start_worker().compile(file, pipeline)
    failure = caught.value.failure
    assert failure["type"] == kind and message in failure["message"]
    assert failure.get("location", {}).get("line") == line
    assert caught.value.error["code"] == -32803


def test_the_pipeline_is_chosen_by_function_or_name(engine: FakeEngine) -> None:
    text = (
        "from zenml import pipeline, step\n@step\ndef s() -> None: ...\n"
        "@pipeline(name='First one')\ndef one(): s()\n@pipeline\ndef two(): s()\n"
    )
    file = engine.write("flow.py", text)
    assert engine.start_worker().compile(file, "one")["pipeline"]["name"] == "First one"
    assert engine.start_worker().compile(file, "First one")["pipeline"]["functionName"] == "one"
    assert engine.start_worker().compile(file, "two")["pipeline"]["name"] == "two"


def test_a_pipeline_that_is_called_at_import_is_skipped_with_a_notice(engine: FakeEngine) -> None:
    text = "from zenml import pipeline, step\n@step\ndef s() -> None: ...\n@pipeline\ndef flow(): s()\nflow()\ns()\n"
    spec = engine.start_worker().compile(engine.write("flow.py", text))
    assert [notice.split(" was skipped")[0] for notice in spec["notices"]] == [
        "The call `flow()` in line 6",
        "The call `s()` in line 7",
    ]
    assert [method for method, _ in engine.requests] == ["hello"]


def test_modules_are_found_as_python_finds_them(engine: FakeEngine) -> None:
    engine.write("queue.py", "raise RuntimeError('took the place of the standard library')\n")
    engine.write("shared.py", "VALUE = 1\n")
    engine.write("pkg/__init__.py", "")
    engine.write("pkg/near.py", "VALUE = 2\n")
    text = (
        "import queue, sys\nfrom zenml import pipeline, step\nfrom shared import VALUE as a\nfrom .near import VALUE as b\n"
        "from near import VALUE as c\n@step\ndef s() -> list:\n    return [a, b, c, __name__, sys.argv[0]]\n"
        "@pipeline\ndef flow(): s()\n"
    )
    file = engine.write("pkg/flow.py", text)
    worker = engine.start_worker()
    worker.compile(file)
    worker.execute("s")
    assert worker.run.value("s") == [1, 2, 2, "pkg.flow", str(file)]


def test_an_edit_takes_effect_even_when_time_and_size_are_the_same(engine: FakeEngine) -> None:
    flow = engine.write(
        "flow.py",
        "from zenml import pipeline, step\nfrom helper import VALUE\n@step\ndef s() -> int:\n    return VALUE\n"
        "@pipeline\ndef flow(): s()\n",
    )
    for value in (1, 2):
        helper = engine.write("helper.py", f"VALUE = {value}\n")
        os.utime(helper, (1_600_000_000, 1_600_000_000))
        # A cache as `python` itself would have left it.
        if value == 1:
            import py_compile

            py_compile.compile(str(helper))
        worker = engine.start_worker()
        worker.compile(flow)
        worker.execute("s")
        assert worker.run.value("s") == value


def test_parameters_keep_their_python_values_and_nobody_sees_changes(engine: FakeEngine) -> None:
    steps = (
        "from typing import Any\nfrom pathlib import Path\n"
        "@step\ndef s(pair: Any, where: Path, numbers: list) -> str:\n"
        "    numbers.append(3)\n    return repr((type(pair).__name__, type(where).__name__ != 'str', numbers))\n"
    )
    worker = started(engine, "SHARED = [1, 2]\n" + steps, "s((1, 2), 'a', SHARED)\ns((1, 2), 'a', SHARED)")
    for name in ("s", "s_2"):
        worker.execute(name)
        assert worker.run.value(name) == "('tuple', True, [1, 2, 3])"


def test_inputs_are_converted_to_their_annotated_types(engine: FakeEngine) -> None:
    steps = (
        "@step\ndef one() -> int:\n    return 1\n@step\ndef takes(x: float) -> float:\n    return x\n"
        "@step\ndef refuses(x: dict) -> None: ...\n@step\ndef many(xs: list) -> int:\n    return sum(xs)\n"
    )
    worker = started(engine, steps, "takes(one())\nrefuses(one(id='again'))\nmany([one(), one()])")
    worker.execute("takes")
    value = worker.run.value("takes")
    assert value == 1.0 and type(value) is float
    failure = worker.execute("refuses")["failure"]
    assert failure["type"] == "StepInterfaceError" and "Invalid input 'x'" in failure["message"]
    worker.execute("many")
    assert worker.run.value("many") == 2


def test_hooks_of_steps(engine: FakeEngine) -> None:
    steps = (
        "def on_failure(error):\n    print('failed:', error)\n    raise RuntimeError('in the hook')\n"
        "def on_success():\n    print('success')\n"
        "@step(on_failure=on_failure)\ndef fails() -> None:\n    raise ValueError('no')\n"
        "@step(on_success=on_success)\ndef wrong() -> int:\n    return 'a'\n"
    )
    worker = started(engine, steps, "fails()\nwrong()")
    result = worker.execute("fails", lastAttempt=False)
    assert worker.stdout == b"" and result["failure"]["type"] == "ValueError"
    result = worker.execute("fails")
    assert worker.stdout == b"failed: no\n" and result["failure"]["type"] == "ValueError"
    # The success hook comes before the outputs are checked (§1.2).
    result = worker.execute("wrong")
    assert worker.stdout == b"success\n" and result["failure"]["type"] == "StepInterfaceError"


def test_hooks_of_the_pipeline_and_its_state(engine: FakeEngine) -> None:
    text = (
        "from zenml import pipeline, step, get_step_context\n"
        "def begin(n): return {'n': n}\ndef end(): raise RuntimeError('cleanup')\n"
        "@step\ndef s() -> int:\n    return get_step_context().pipeline_state['n']\n"
        "@pipeline(on_init=begin, on_init_kwargs={'n': 4}, on_cleanup=end)\ndef flow(): s()\n"
    )
    worker = engine.start_worker()
    spec = worker.compile(engine.write("flow.py", text))
    assert spec["pipeline"]["onInit"] and spec["pipeline"]["onCleanup"]
    assert worker.hook("init") == {"failure": None}
    worker.execute("s")
    assert worker.run.value("s") == 4
    assert worker.hook("cleanup")["failure"]["message"] == "cleanup"


def test_the_step_context(engine: FakeEngine) -> None:
    steps = (
        "from typing_extensions import Annotated\nfrom zenml import get_step_context, get_pipeline_context\n"
        "@step\ndef s() -> Annotated[int, 'x']:\n    context = get_step_context()\n"
        "    context.add_output_metadata({'a': 1, 'bad': object()}, output_name='x')\n    context.add_output_tags(['t', 'u'])\n"
        "    context.remove_output_tags(['u'])\n    print(context.step_name, context.model_version)\n"
        "    try:\n        get_pipeline_context()\n    except RuntimeError as error:\n        print(error)\n"
        "    try:\n        context.model\n    except Exception as error:\n        print(type(error).__name__)\n"
        "    try:\n        context.get_output_metadata('y')\n    except Exception as error:\n        print(error)\n"
        "    return 1\n"
    )
    worker = started(engine, steps, "s()")
    result = worker.execute("s")
    assert result["failure"] is None
    assert result["outputs"][0]["metadata"] == {"a": 1} and result["outputs"][0]["tags"] == ["t"]
    assert worker.stdout.decode().splitlines() == [
        "s None",
        "Inside a step use `from zenml import get_step_context` instead.",
        "StepContextError",
        "Unable to find the output 'y' of step 's': it has x.",
    ]
    assert b"Metadata `bad` is left out" in worker.stderr


def test_steps_called_in_steps_and_made_in_functions(engine: FakeEngine) -> None:
    steps = (
        "@step\ndef inner(x: int) -> int:\n    return x + 1\n@step\ndef outer() -> int:\n    return inner('2')\n"
        "def make(n):\n    @step\n    def made() -> int:\n        return n\n    return made\n"
    )
    worker = started(engine, steps, "outer()\nmake(5)()\nmake(6)()")
    for name, value in (("outer", 3), ("made", 5), ("made_2", 6)):
        worker.execute(name)
        assert worker.run.value(name) == value


def test_configuration_from_a_file(engine: FakeEngine) -> None:
    configuration = {
        "run_name": "named",
        "enable_cache": False,
        "parameters": {"n": 5},
        "extra": {"from": "yaml"},
        "steps": {"a": {"enable_cache": True, "parameters": {"k": 2}}, "nobody": {"enable_cache": True}},
    }
    engine.handlers["config.read"] = lambda params: {"value": configuration}
    text = (
        "from zenml import pipeline, step, get_pipeline_context\n@step(enable_cache=True)\ndef a(n: int, k: int = 1) -> int:\n"
        "    return n\n@step(enable_cache=True)\ndef b() -> str:\n    return 'x'\n"
        "@pipeline(enable_cache=True, extra={'code': 1})\ndef flow(n: int = 1):\n"
        "    print(get_pipeline_context().extra)\n    a(n)\n    b()\n"
    )
    file = engine.write("flow.py", text)
    worker = engine.start_worker()
    spec = worker.compile(file, config="train.yaml")
    first, second = spec["invocations"]
    assert worker.stdout == b"{'code': 1, 'from': 'yaml'}\n"
    assert spec["pipeline"]["runName"] == "named" and spec["pipeline"]["enableCache"] is False
    assert spec["pipeline"]["parameters"] == {"n": 5} and spec["pipeline"]["origins"]["parameters.n"] == "YAML train.yaml"
    assert first["enableCache"] is True and second["enableCache"] is False
    assert first["inputs"]["k"]["value"] == 2
    assert any("`nobody`" in notice for notice in spec["notices"])
    with pytest.raises(Answered, match="Configured parameter for the pipeline conflict"):
        engine.start_worker().compile(file, config="train.yaml", parameters={"n": 6})


def test_a_worker_without_an_engine_says_so(engine: FakeEngine) -> None:
    import subprocess
    import sys

    environment = {key: value for key, value in engine.environment().items() if key != "HEADRACE_ENDPOINT"}
    found = subprocess.run([sys.executable, "-m", "headrace.worker"], env=environment, capture_output=True, text=True)
    assert found.returncode == 2 and "headrace run FILE" in found.stderr
