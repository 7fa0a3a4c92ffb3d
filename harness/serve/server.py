"""The service's life: a socket that answers from the first moment, rewards once the tools are found, a graceful end."""

import ipaddress
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import Any

from harness.errors import ConfigError
from harness.reward import Grader
from harness.reward.client import TOKEN_VARIABLE
from harness.serve.budget import Budget
from harness.serve.handler import Handler
from harness.serve.service import Service
from harness.wording import counted

QUEUE_PER_WORKER = 64
_MOST_CONNECTIONS = 512
_TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    b'{"error": "too many connections"}\n'
)


@dataclass(frozen=True, slots=True)
class ServeOptions:
    host: str = "127.0.0.1"
    port: int = 8321
    """0: any that is free."""
    queue: int = 0
    """Most samples that wait or are graded; 0: 64 for each worker."""
    token: str | None = None
    """What callers have to show; needed where others can reach the port."""

    def check(self) -> None:
        """Raises ConfigError where strangers could use it."""
        if self.token is None and not _is_local(self.host):
            raise ConfigError(
                f"--host {self.host}: others can reach that; set {TOKEN_VARIABLE} to a secret that callers must send"
            )
        if self.token is not None and not (self.token.isascii() and self.token.isprintable() and self.token.strip()):
            raise ConfigError(f"{TOKEN_VARIABLE}: printable ASCII, and not empty")


class Server(ThreadingHTTPServer):
    """One thread a connection, and no more connections than a machine bears."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, options: ServeOptions, service: Service) -> None:
        """Raises ConfigError where the address cannot be had."""
        handler = type("BoundHandler", (Handler,), {"service": service, "token": options.token})
        self.address_family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
        self._room = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        try:
            super().__init__((options.host, options.port), handler)
        except OSError as error:
            raise ConfigError(f"--host {options.host} --port {options.port}: {error.strerror or error}") from error

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        name = f"[{host!s}]" if self.address_family == socket.AF_INET6 else str(host)
        return f"http://{name}:{port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        with suppress(OSError):
            request.sendall(_TOO_MANY)
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()


@contextmanager
def running(grader: Grader, options: ServeOptions) -> Iterator[tuple[Server, Service]]:
    """A service that listens in the background, ready once the block is entered. At its end what is in flight is
    finished, and more is refused. Raises what ``Grader.open`` raises."""
    options.check()
    service = Service(grader, Budget(options.queue or QUEUE_PER_WORKER * grader.workers))
    with Server(options, service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="serve", daemon=True)
        thread.start()
        try:
            grader.open()
            service.state = "ready"
            yield server, service
            service.state = "stopping"
            while not service.queue.wait_until_free(1.0):
                pass  # wakes up, so that the main thread sees a second signal
        finally:
            service.state = "stopping"
            server.shutdown()


def serve(grader: Grader, options: ServeOptions, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; a second one raises KeyboardInterrupt.

    Raises HarnessError where it cannot start.
    """
    stop = threading.Event()
    with _signals(stop), running(grader, options) as (server, service):
        suite = grader.about["suite"]
        what = f"{suite['name']} {suite['version']}, {counted(grader.workers, 'worker')}, queue {service.queue.limit:,}"
        say(f"serving   {server.url}/v1/score · {what}")
        while not stop.wait(0.5):
            pass
        say(f"stopping  {counted(service.queue.used, 'sample')} in flight; again to stop now")


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    def asked(_signal: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def token_of_environment() -> str | None:
    return os.environ.get(TOKEN_VARIABLE)


def say_on_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
