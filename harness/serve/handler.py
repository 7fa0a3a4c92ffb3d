"""One connection: which path, who asks, how much is read, and JSON in and out. Every refusal is one line of JSON."""

import hmac
import json
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from harness.reward.wire import BadBody, ScoreRequest, read_request
from harness.serve import metrics
from harness.serve.openapi import document
from harness.serve.service import BODY_BYTES, Refused, Service
from harness.wording import one_line

_IDLE_S = 30.0
"""A connection that says nothing for so long is closed."""
_BODY_S = 120.0
"""In which a whole body has to come."""
_CHUNK = 2**16
_PATHS = {
    "/v1/score": "POST",
    "/v1/problems": "GET",
    "/v1/about": "GET",
    "/health": "GET",
    "/metrics": "GET",
    "/openapi.json": "GET",
}
_OPEN = ("/health", "/openapi.json")
"""Answered without a token."""


class Handler(BaseHTTPRequestHandler):
    """``service`` and ``token`` are set by the server that makes its own subclass."""

    service: Service
    token: str | None = None
    protocol_version = "HTTP/1.1"
    server_version = "harness"
    sys_version = ""
    timeout = _IDLE_S
    disable_nagle_algorithm = True
    """Head and body are two writes; the second would wait for the other side's delayed acknowledgement."""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def _answer(self, method: str) -> None:
        path = self.path.partition("?")[0]
        try:
            self._check(method, path)
            match path:
                case "/v1/score":
                    self._score()
                case "/v1/problems":
                    self._send(HTTPStatus.OK, self.service.problems())
                case "/v1/about":
                    self._send(HTTPStatus.OK, self.service.about())
                case "/health":
                    self.service.check_ready()
                    self._send(HTTPStatus.OK, {"status": self.service.state})
                case "/metrics":
                    self._send(HTTPStatus.OK, self.service.metrics_text(), kind=metrics.CONTENT_TYPE)
                case _:
                    self._send(HTTPStatus.OK, document())
        except Refused as refusal:
            self._refuse(refusal)
        except (ConnectionError, TimeoutError):
            raise  # whoever asked went away; the base class closes the connection
        except Exception as error:
            message = f"internal: {type(error).__name__}: {error}"
            print(f"error: {message}", file=sys.stderr, flush=True)
            self._refuse(Refused(HTTPStatus.INTERNAL_SERVER_ERROR, one_line(message)))

    def _check(self, method: str, path: str) -> None:
        wanted = _PATHS.get(path)
        if wanted is None:
            raise Refused(HTTPStatus.NOT_FOUND, f"no {path[:100]}. There are: {', '.join(_PATHS)}")
        if wanted != method:
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"{path} takes {wanted}")
        given = self.headers.get("Authorization", "").encode("utf-8", "replace")
        if (
            self.token is not None
            and path not in _OPEN
            and not hmac.compare_digest(given, f"Bearer {self.token}".encode())
        ):
            raise Refused(HTTPStatus.UNAUTHORIZED, "no token, or a wrong one (Authorization: Bearer …)")

    def _score(self) -> None:
        self.service.check_ready()
        length = self._length()
        with self.service.room_for_body(length), self.service.scoring(self._request(length)) as answer:
            self._send(HTTPStatus.OK, answer)

    def _length(self) -> int:
        # A web page can send a form or plain text to a port of this machine, but not this type.
        if self.headers.get_content_type() != "application/json":
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Type: application/json is wanted")
        given = self.headers.get("Content-Length", "")
        if not (given.isascii() and given.isdigit()) or self.headers.get("Transfer-Encoding"):
            raise Refused(HTTPStatus.BAD_REQUEST, "Content-Length is wanted, and no Transfer-Encoding")
        return int(given[:20])

    def _request(self, length: int) -> ScoreRequest:
        body = self._body(length)
        try:
            return read_request(body)
        except BadBody as error:
            status = HTTPStatus.UNPROCESSABLE_ENTITY if error.is_json else HTTPStatus.BAD_REQUEST
            raise Refused(status, str(error), key=error.key) from None

    def _body(self, length: int) -> bytes:
        deadline = time.monotonic() + _BODY_S
        parts, left = [], length
        while left:
            part = self.rfile.read1(min(left, _CHUNK))
            if not part:
                raise Refused(HTTPStatus.BAD_REQUEST, f"the body ended {left:,} bytes early")
            if time.monotonic() > deadline:
                raise Refused(HTTPStatus.REQUEST_TIMEOUT, f"the body did not come within {_BODY_S:.0f} s")
            parts.append(part)
            left -= len(part)
        self._read_all = True
        return b"".join(parts)

    # out

    def _refuse(self, refusal: Refused) -> None:
        found = {"error": refusal.message} | ({"key": refusal.key} if refusal.key else {})
        headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
        if refusal.status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = _PATHS[self.path.partition("?")[0]]
        if refusal.status is HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "Bearer"
        unread = self.command == "POST" and not self._read_all
        self._send(refusal.status, found, headers=headers | ({"Connection": "close"} if unread else {}))
        if unread:
            self._let_it_be_read()

    def _send(
        self, status: HTTPStatus, answer: Mapping[str, Any] | str, *, kind: str = "", headers: Mapping[str, str] = {}
    ) -> None:
        body = (answer if isinstance(answer, str) else json.dumps(answer) + "\n").encode()
        path = self.path.partition("?")[0]
        self.service.metrics.answered(path if path in _PATHS else "other", int(status))
        self.send_response(status)
        self.send_header("Content-Type", kind or "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)  # Connection: close is also noted by the base class
        self.end_headers()
        self.wfile.write(body)

    def _let_it_be_read(self) -> None:
        """Take in what is still being sent, for a while: else the connection is reset before our answer is read."""
        with suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(2.0)
            left = 2 * BODY_BYTES
            while left > 0 and (part := self.rfile.read1(_CHUNK)):
                left -= len(part)

    _read_all = False

    def parse_request(self) -> bool:
        self._read_all = False  # the next request of the same connection
        return super().parse_request()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """What the base class finds wrong with a request, in our form."""
        self.path = getattr(self, "path", "")
        self.close_connection = True
        self._send(HTTPStatus(code), {"error": message or HTTPStatus(code).phrase}, headers={"Connection": "close"})

    def handle(self) -> None:
        with suppress(ConnectionError):  # whoever asked went away
            super().handle()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Requests are counted in /metrics; none is written out."""
