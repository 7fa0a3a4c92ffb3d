"""A real HTTP server on 127.0.0.1 that speaks chat completions and fails in every way that real ones do.

What it plays is a list of Plays, one for each request in turn; the last is played again for all further ones.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

Play = Callable[["Handler", dict[str, Any]], None]


@dataclass
class Seen:
    """One request as it came in."""

    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: dict[str, Any] = field(default_factory=dict)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            place = len(self.server.seen)
            self.server.seen.append(Seen(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.server.in_flight += 1
            self.server.most_in_flight = max(self.server.most_in_flight, self.server.in_flight)
        try:
            self.server.plays[min(place, len(self.server.plays) - 1)](self, body)
        finally:
            with self.server.lock:
                self.server.in_flight -= 1

    def send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        return


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *plays: Play, port: int = 0) -> None:
        """``port``: to come back where another one was; 0: any."""
        super().__init__(("127.0.0.1", port), Handler)
        self.plays = plays
        self.seen: list[Seen] = []
        self.lock = threading.Lock()
        self.in_flight = 0
        self.most_in_flight = 0
        self.released = threading.Event()
        """Set at the end, so that a server that hangs does not outlive its test."""
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        return  # a client that gave up is part of the play

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()


def completion(
    content: object = "module m; endmodule",
    finish_reason: str | None = "stop",
    usage: object = None,
    **message: object,
) -> dict[str, Any]:
    """A whole reply as OpenAI sends it; ``message`` adds fields to the message."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "served-model",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, **message},
                "finish_reason": finish_reason,
            }
        ],
        "usage": usage or {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12},
    }


def error_body(message: str, code: str | None = None, param: str | None = None, kind: str = "error") -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def answers(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Play:
    return lambda handler, _: handler.send(status, json.dumps(value).encode(), headers)


def ok(content: object = "module m; endmodule", **more: Any) -> Play:
    return answers(completion(content, **more))


def fails(status: int, message: str = "no", headers: Mapping[str, str] | None = None, **error: Any) -> Play:
    return answers(error_body(message, **error), status, headers)


def raw(body: bytes, status: int = 200, content_type: str = "application/json") -> Play:
    return lambda handler, _: handler.send(status, body, {"Content-Type": content_type})


def echo(handler: Handler, body: dict[str, Any]) -> None:
    """Says the last message back, a little later."""
    time.sleep(0.05)
    handler.send(200, json.dumps(completion(body["messages"][-1]["content"])).encode())


def base_model(handler: Handler, body: dict[str, Any]) -> None:
    reply = {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "base"}
    choice = {"index": 0, "text": body["prompt"] + " and on", "finish_reason": "length", "logprobs": None}
    handler.send(200, json.dumps({**reply, "choices": [choice]}).encode())


def hang(handler: Handler, _: dict[str, Any]) -> None:
    handler.server.released.wait(20)


def half_a_body(handler: Handler, _: dict[str, Any]) -> None:
    """Promises more bytes than it sends, and hangs up."""
    whole = json.dumps(completion()).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(whole)))
    handler.end_headers()
    handler.wfile.write(whole[: len(whole) // 2])
    handler.close_connection = True


def hang_up(handler: Handler, _: dict[str, Any]) -> None:
    """Not one byte of an answer."""
    handler.close_connection = True


def drip(handler: Handler, _: dict[str, Any]) -> None:
    """A byte now and then, for ever: alive for every timeout between two bytes."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not handler.server.released.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def repeats_the_key(handler: Handler, _: dict[str, Any]) -> None:
    """What some servers do: say the refused key."""
    key = handler.headers["Authorization"].removeprefix("Bearer ")
    body = error_body(f"Incorrect API key provided: {key} (starts {key[:12]}). Header: Bearer {key}", "invalid_api_key")
    handler.send(401, json.dumps(body).encode())


def no_max_tokens(handler: Handler, body: dict[str, Any]) -> None:
    """A reasoning model whose name does not say so."""
    if "max_tokens" in body:
        message = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        handler.send(400, json.dumps(error_body(message, "unsupported_parameter", "max_tokens")).encode())
    elif "temperature" in body:
        message = "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported."
        handler.send(400, json.dumps(error_body(message, "unsupported_value", "temperature")).encode())
    else:
        handler.send(200, json.dumps(completion()).encode())
