"""An engine for tests: it speaks the real protocol over a real socket, and decides next to nothing.

It can drive a worker process (compile, execute, hook) and serve scripts that call their pipelines. What it runs is kept in
`steps`, so that tests can look at what the SDK sent.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

SDK = Path(__file__).resolve().parents[2] / "src" / "runtimes" / "python" / "sdk"
DEADLINE = 120
# As the engine starts workers: `-m` would put the workspace before the standard library.
ENTRY = (
    "import sys\n"
    "sys.path[:] = sys.path[1:] if sys.path[:1] == [''] else sys.path\n"
    "from headrace.worker import main\n"
    "sys.exit(main())"
)


class Answered(Exception):
    """An error answer of the peer."""

    def __init__(self, error: Dict[str, Any]) -> None:
        super().__init__(error.get("message"))
        self.error = error
        self.failure: Dict[str, Any] = (error.get("data") or {}).get("failure") or {}


class Refusal(Exception):
    """Raised by handlers: what the engine answers as an error."""

    def __init__(self, message: str, python_type: Optional[str] = None, advice: Optional[str] = None) -> None:
        super().__init__(message)
        self.data = {"code": "invalid", "pythonType": python_type, "advice": advice}


class Peer:
    """One connection: a worker's or a script's."""

    def __init__(self, engine: "FakeEngine", sock: socket.socket) -> None:
        self.engine = engine
        self.hello: Dict[str, Any] = {}
        self.ready = threading.Event()
        self.closed = threading.Event()
        self._socket = sock
        self._lock = threading.Lock()
        self._answers: Dict[int, "queue.Queue[Dict[str, Any]]"] = {}
        self._next = 0
        threading.Thread(target=self._read, daemon=True).start()

    def request(self, method: str, params: Dict[str, Any]) -> Any:
        with self._lock:
            self._next += 1
            number = self._next
            self._answers[number] = queue.Queue()
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        answer = self._answers[number].get(timeout=DEADLINE)
        if "error" in answer:
            raise Answered(answer["error"])
        return answer["result"]

    def notify(self, method: str, params: Dict[str, Any]) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def close(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def _send(self, message: Dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        with self._lock:
            self._socket.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def _read(self) -> None:
        stream = self._socket.makefile("rb")
        try:
            while True:
                length = -1
                while True:
                    line = stream.readline()
                    if not line:
                        return
                    if line == b"\r\n":
                        break
                    name, _, value = line.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                self._take(json.loads(stream.read(length)))
        except (OSError, ValueError):
            return
        finally:
            for waiting in list(self._answers.values()):
                waiting.put({"error": {"message": "the peer is gone"}})
            self.closed.set()

    def _take(self, message: Dict[str, Any]) -> None:
        if "method" not in message:
            self._answers[message["id"]].put(message)
        elif "id" not in message:
            self.engine.notifications.append((message["method"], message["params"]))
        else:
            threading.Thread(target=self._answer, args=(message,), daemon=True).start()

    def _answer(self, message: Dict[str, Any]) -> None:
        answer: Dict[str, Any] = {"jsonrpc": "2.0", "id": message["id"]}
        try:
            answer["result"] = self.engine.handle(self, message["method"], message["params"])
        except Refusal as refusal:
            answer["error"] = {"code": -32803, "message": str(refusal), "data": refusal.data}
        except Exception as error:  # an error of the test's own handlers must be seen
            answer["error"] = {"code": -32603, "message": f"{type(error).__name__}: {error}"}
        self._send(answer)


class FakeEngine:
    """Listens on a socket; `start_worker` and `run_script` start the processes that connect to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / "workspace"
        self.tmp = folder / "tmp"
        for place in (self.workspace, self.tmp):
            place.mkdir(parents=True, exist_ok=True)
        self.token = uuid.uuid4().hex
        self.notifications: List[Any] = []
        self.requests: List[Any] = []
        self.handlers: Dict[str, Callable[[Dict[str, Any]], Any]] = {}
        self.peers: "queue.Queue[Peer]" = queue.Queue()
        self._processes: List["subprocess.Popen[bytes]"] = []
        self._server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._server.bind(("127.0.0.1", 0))
        self._server.listen()
        self.address = f"tcp:127.0.0.1:{self._server.getsockname()[1]}"
        self.endpoint = folder / "endpoint.json"
        self.endpoint.write_text(json.dumps({"protocol": 1, "address": self.address, "token": self.token, "pid": os.getpid()}))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._server.close()
        for process in self._processes:
            process.kill()
            process.wait()

    def write(self, name: str, text: str) -> Path:
        """A file of the workspace."""
        path = self.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def environment(self) -> Dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(SDK), "HEADRACE_ENDPOINT": str(self.endpoint), "PYTHONDONTWRITEBYTECODE": "1"}

    def start_worker(self, python: str = sys.executable, **variables: str) -> "Worker":
        environment = {
            **self.environment(),
            "HEADRACE_ENDPOINT_ADDRESS": self.address,
            "HEADRACE_TOKEN": self.token,
            **variables,
        }
        process = subprocess.Popen(
            [python, "-c", ENTRY],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._processes.append(process)
        return Worker(self, process)

    def run_script(self, name: str, *arguments: str, python: str = sys.executable) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [python, str(self.workspace / name), *arguments],
            cwd=self.workspace,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )

    def handle(self, peer: Peer, method: str, params: Dict[str, Any]) -> Any:
        self.requests.append((method, params))
        if method == "hello":
            if params["token"] != self.token:
                raise Refusal("refused")
            peer.hello = params
            self.peers.put(peer)
            return {
                "protocol": 1,
                "workspace": str(self.workspace),
                "store": str(self.folder / "store"),
                "artifacts": str(self.folder / "artifacts"),
                "tmp": str(self.tmp),
                "settings": {},
            }
        if method == "payload.prepare":
            return {"folder": str(self.fresh())}
        if method == "run.execute":
            return {"run": Run(self, peer, params["spec"]).to_the_end()}
        if method in self.handlers:
            return self.handlers[method](params)
        raise Refusal(f"not part of this test: {method}")

    def fresh(self) -> Path:
        folder = self.tmp / uuid.uuid4().hex
        folder.mkdir()
        return folder

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._server.accept()
            except OSError:
                return
            Peer(self, sock)


class Worker:
    """A worker process with what it prints, told apart by markers."""

    def __init__(self, engine: FakeEngine, process: "subprocess.Popen[bytes]") -> None:
        self.engine = engine
        self.process = process
        self.peer = engine.peers.get(timeout=DEADLINE)
        self.spec: Dict[str, Any] = {}
        self.modules: List[str] = []
        self.stdout = b""
        self.stderr = b""
        self.run: Optional[Run] = None

    def compile(self, file: Path, pipeline: Optional[str] = None, **options: Any) -> Dict[str, Any]:
        params = {
            "file": str(file),
            "pipeline": pipeline,
            "parameters": options.pop("parameters", {}),
            "configPath": options.pop("config", None),
            **options,
        }
        result = self._marked("compile", params)
        self.spec, self.modules = result["spec"], result["modules"]
        self.run = Run(self.engine, self.peer, self.spec, ask=self._marked)
        return self.spec

    def execute(self, invocation: str, **changes: Any) -> Dict[str, Any]:
        assert self.run is not None
        return self.run.execute(invocation, **changes)

    def hook(self, name: str) -> Dict[str, Any]:
        return self._marked("hook", {"hook": name})

    def _marked(self, method: str, params: Dict[str, Any]) -> Any:
        marker = uuid.uuid4().hex
        outputs: List[bytes] = [b"", b""]

        def collect(index: int, stream: Any) -> None:
            end = f"{marker}\n".encode()
            while not outputs[index].endswith(end):
                piece = os.read(stream.fileno(), 65536)
                if not piece:
                    return
                outputs[index] += piece
            outputs[index] = outputs[index][: -len(end)]

        readers = [
            threading.Thread(target=collect, args=(index, stream), daemon=True)
            for index, stream in enumerate((self.process.stdout, self.process.stderr))
        ]
        for reader in readers:
            reader.start()
        try:
            return self.peer.request(method, {**params, "marker": marker})
        finally:
            for reader in readers:
                reader.join(DEADLINE)
            self.stdout, self.stderr = outputs


class Run:
    """Executes the invocations of a spec in an order that their inputs allow."""

    def __init__(self, engine: FakeEngine, peer: Peer, spec: Dict[str, Any], ask: Optional[Callable[..., Any]] = None) -> None:
        self.engine = engine
        self.spec = spec
        self.id = str(uuid.uuid4())
        self.results: Dict[str, Dict[str, Any]] = {}
        self.payloads: Dict[Any, Dict[str, Any]] = {}
        self._ask = ask or (lambda method, params: peer.request(method, {**params, "marker": ""}))
        self._invocations = {invocation["id"]: invocation for invocation in spec["invocations"]}
        self.steps: List[Dict[str, Any]] = []

    def execute(self, name: str, **changes: Any) -> Dict[str, Any]:
        invocation = self._invocations[name]
        for source in self._upstream(invocation):
            if source not in self.results:
                self.execute(source)
        params = {
            "stepRunId": str(uuid.uuid4()),
            "runId": self.id,
            "invocation": name,
            "attempt": 1,
            "lastAttempt": True,
            "inputs": {key: self._input(value) for key, value in invocation["inputs"].items()},
            "outputs": [
                {
                    "output": output["output"],
                    "artifact": output["artifact"] or f"{self.spec['pipeline']['name']}::{name}::{output['output']}",
                    "folder": str(self.engine.fresh()),
                    "materializer": output["materializer"],
                }
                for output in invocation["outputs"]
            ],
            "context": {"run": self.fields("running"), "modelVersion": None},
            "metadata": True,
            "visualization": True,
            **changes,
        }
        result: Dict[str, Any] = self._ask("execute", params)
        self.results[name] = result
        for output in result["outputs"]:
            self.payloads[name, output["output"]] = output["payload"]
        return result

    def value(self, invocation: str, output: str = "output") -> Any:
        """The value of an output, loaded here."""
        from headrace.materializers import payload

        return payload.load(self._reference(self.payloads[invocation, output]))

    def to_the_end(self) -> Dict[str, Any]:
        for name, invocation in self._invocations.items():
            if all(self.results.get(source, {"failure": None})["failure"] is None for source in self._upstream(invocation)):
                if name not in self.results:
                    self.execute(name)
        self.engine.handlers.setdefault("entity.related", lambda _params: {"value": self.step_fields()})
        failed = any(result["failure"] is not None for result in self.results.values())
        return self.fields("failed" if failed else "completed")

    def step_fields(self) -> List[Dict[str, Any]]:
        return [
            {"id": str(uuid.uuid4()), "invocation": name, "status": "failed" if result["failure"] else "completed"}
            for name, result in self.results.items()
        ]

    def fields(self, status: str) -> Dict[str, Any]:
        return {
            "id": self.id,
            "name": "run-1",
            "index": 1,
            "pipelineId": str(uuid.uuid4()),
            "pipeline": self.spec["pipeline"]["name"],
            "status": status,
            "created": 0,
            "started": 0,
            "finished": None,
        }

    def _upstream(self, invocation: Dict[str, Any]) -> List[str]:
        sources = list(invocation["after"])
        for value in invocation["inputs"].values():
            for item in value["items"] if value["kind"] == "list" else [value]:
                if item["kind"] == "output":
                    sources.append(item["invocation"])
        return sources

    def _input(self, value: Dict[str, Any]) -> Dict[str, Any]:
        if value["kind"] == "output":
            return {"kind": "payload", "payload": self._reference(self.payloads[value["invocation"], value["output"]])}
        if value["kind"] == "list":
            return {"kind": "list", "items": [self._input(item) for item in value["items"]]}
        if value["kind"] == "lazy":
            return {"kind": "chain", "chain": value["lazy"]["chain"]}
        return value

    def _reference(self, payload: Dict[str, Any]) -> Dict[str, Any]:
        kept = ("folder", "materializer", "dataType", "language")
        return {"artifactVersionId": str(uuid.uuid4()), "artifact": "a", "version": "1", **{key: payload[key] for key in kept}}
