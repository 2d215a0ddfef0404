"""The worker's side of the protocol at its smallest, without the SDK's care: how the host copes is what is tested."""

import json
import os
import socket
import sys


def dial(address):
    kind, _, rest = address.partition(":")
    if kind == "unix":
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(rest)
        return sock
    host, _, port = rest.partition(":")
    return socket.create_connection((host, int(port)))


class Wire:
    def __init__(self, sock):
        self.sock = sock
        self.stream = sock.makefile("rb")

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.sock.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def receive(self):
        length = 0
        while True:
            line = self.stream.readline()
            if not line:
                os._exit(0)
            if line == b"\r\n":
                return json.loads(self.stream.read(length))
            length = int(line.split(b":")[1])


def failure(error):
    return {"type": type(error).__name__, "message": str(error), "traceback": ""}


def handle(wire, message):
    method, params = message["method"], message["params"]
    if method == "warm":
        for module in params["modules"]:
            __import__(module)
        return {"failed": []}
    code = params["context"]["code"] if method == "execute" else params.get("pipeline") or ""
    failed = None
    cancelled = False
    try:
        exec(code, {"__name__": "user", "wire": wire, "params": params, "id": message["id"]})
    except KeyboardInterrupt:
        cancelled = True
    except Exception as error:
        failed = failure(error)
    mark(params["marker"])
    if method == "hook":
        return {"failure": failed}
    return {"failure": failed, "cancelled": cancelled, "outputs": [], "stepMetadata": {}}


def mark(marker):
    for stream, fd in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            stream.flush()
            os.write(fd, marker.encode() + b"\n")
        except (OSError, ValueError):
            pass


def main():
    wire = Wire(dial(os.environ.pop("HEADRACE_ENDPOINT_ADDRESS")))
    token = os.environ.pop("HEADRACE_TOKEN")
    hello = {"protocol": 1, "token": token, "role": "worker", "language": "python", "pid": os.getpid()}
    wire.send({"id": 0, "method": "hello", "params": {**hello, "languageVersion": "%d.%d.%d" % sys.version_info[:3]}})
    wire.receive()
    while True:
        message = wire.receive()
        if message.get("method") == "shutdown":
            return 0
        if "id" not in message or "method" not in message:
            continue
        try:
            result = handle(wire, message)
            wire.send({"id": message["id"], "result": result})
        except KeyboardInterrupt:
            pass
