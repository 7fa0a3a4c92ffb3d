"""The service over a scripted grader: limits, refusals, back-pressure, a graceful end; and its client."""

import json
import re
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any, ClassVar, cast

import pytest
from conftest import REPOSITORY

from harness.cli.main import main
from harness.errors import CellUnusable, ConfigError, HarnessError
from harness.records.completion import Completion
from harness.records.outcome import Outcome
from harness.reward import Client, Grader, Reward
from harness.reward.wire import ErrorResponse, Item, Reply, RewardTable, ScoreRequest, ScoreResponse
from harness.serve import handler, service
from harness.serve import server as server_module
from harness.serve.budget import Budget, Pace
from harness.serve.openapi import document
from harness.serve.server import ServeOptions, Server, running
from harness.serve.service import Service

JSON = {"Content-Type": "application/json"}


class Scripted:
    """A reward whose message is the reply; ``held`` keeps it back."""

    workers = 2
    about: ClassVar = {"suite": {"name": "scripted", "version": "1", "digest": "sha256:0"}}

    def __init__(self) -> None:
        self.held = threading.Event()
        self.held.set()
        self.entered = threading.Semaphore(0)
        self.broken: Exception | None = None

    def open(self) -> None:
        pass

    def problems(self) -> tuple[str, ...]:
        return ("a", "b")

    def score_many(self, items: Iterable[tuple[str, str | Completion]], *, code: bool = False) -> list[Reward]:
        work = list(items)
        for problem, _ in work:
            if problem not in self.problems():
                raise ConfigError(f'suite scripted has no problem "{problem}"')
        self.entered.release()
        assert self.held.wait(60)
        if self.broken:
            raise self.broken
        return [self.one(problem, completion, code) for problem, completion in work]

    def one(self, problem: str, completion: str | Completion, code: bool) -> Reward:
        if isinstance(completion, Completion):
            text = f"{completion.text}|{completion.finish_reason}|{completion.error}"
        else:
            text = completion
        return Reward(problem, Outcome.MISMATCH, 0.25, {"checks": 0.5, "area": None}, f"{text} {code}", {"area": 1.5})


Running = tuple[Server, Service, Scripted]


@contextmanager
def started(**options: Any) -> Iterator[Running]:
    grader = Scripted()
    with running(cast(Grader, grader), ServeOptions(port=0, **options)) as (server, found):
        yield server, found, grader


@pytest.fixture
def up() -> Iterator[Running]:
    with started(queue=4) as found:
        yield found


def ask(
    server: Server, method: str, path: str, body: Any = None, headers: dict[str, str] = JSON
) -> tuple[int, dict[str, str], Any]:
    """Status, headers, JSON of one request; a body that is no bytes is written as JSON."""
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)
    sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, path, sent, headers)
    found = connection.getresponse()
    text = found.read().decode()
    connection.close()
    assert text.count("\n") == 1 or path == "/metrics"
    return found.status, dict(found.headers), text if path == "/metrics" else json.loads(text)


def test_rewards_come_in_the_order_of_the_completions(up: Running) -> None:
    server, _, _ = up
    cut = {"text": "y", "finish_reason": "length"}
    status, _, found = ask(server, "POST", "/v1/score", {"problem": "a", "completions": ["x", cut], "code": True})
    assert status == 200
    assert [reward["message"] for reward in found["rewards"]] == ["x True", "y|length|None True"]
    items = [{"problem": name, "completion": name.upper()} for name in ("b", "a")]
    _, _, found = ask(server, "POST", "/v1/score", {"items": items})
    assert [(reward["problem"], reward["message"]) for reward in found["rewards"]] == [
        ("b", "B False"),
        ("a", "A False"),
    ]
    assert ask(server, "POST", "/v1/score", {"items": []})[2] == {"rewards": []}


@pytest.mark.parametrize(
    ("body", "status", "key", "said"),
    [
        (b"{", 400, None, "not JSON"),
        (b"[" * 100_000, 400, None, "not JSON"),
        ([], 422, None, "one JSON object"),
        ({}, 422, "problem", "is missing"),
        ({"problem": "a"}, 422, "completions", "is missing"),
        ({"problem": 3, "completions": []}, 422, "problem", "valid string"),
        ({"problem": "a", "completions": "x"}, 422, "completions", "valid list"),
        ({"problem": "a", "completions": ["x", 3]}, 422, "completions[1]", "a completion is a text"),
        ({"problem": "a", "completion": ["x"]}, 422, "completion", "unknown key"),
        ({"items": [{"problem": "a"}]}, 422, "items[0].completion", "is missing"),
        ({"items": [{"problem": "a", "completion": {"txt": "x"}}]}, 422, "items[0].completion.txt", '"text"'),
        ({"items": [{"problem": "a", "completion": None}]}, 422, "items[0].completion", "a completion is a text"),
        ({"items": [], "problem": "a"}, 422, "items", "stands alone"),
        ({"items": [], "code": "yes"}, 422, "code", "boolean"),
        ({"problem": "a", "completions": ["x"] * 5}, 422, "completions", "at most 4 a request"),
        ({"problem": "c", "completions": ["x"]}, 404, "problem", 'no problem "c"'),
    ],
)
def test_what_is_wrong_in_a_body_is_one_line_that_names_the_key(
    up: Running, body: Any, status: int, key: str | None, said: str
) -> None:
    found = ask(up[0], "POST", "/v1/score", body)
    assert (found[0], found[2].get("key")) == (status, key)
    assert said in found[2]["error"]
    assert up[1].queue.used == 0


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", JSON, 404),
        ("POST", "/v1/scores", JSON, 404),
        ("GET", "/v1/score", JSON, 405),
        ("POST", "/health", JSON, 405),
        ("BREW", "/health", JSON, 501),
        ("POST", "/v1/score", {"Content-Type": "text/plain"}, 415),
        ("POST", "/v1/score", JSON | {"Content-Length": "-1"}, 400),
        ("POST", "/v1/score", JSON | {"Transfer-Encoding": "chunked"}, 400),
        ("POST", "/v1/score", JSON | {"Content-Length": str(10**12)}, 413),
    ],
)
def test_a_request_that_cannot_be_answered_is_refused(
    up: Running, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    found = ask(up[0], method, path, None, headers)
    assert found[0] == status
    assert found[2]["error"]
    assert status != 405 or found[1]["Allow"] == {"/health": "GET", "/v1/score": "POST"}[path]


def test_a_large_body_is_answered_and_not_cut_off(up: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "BODY_BYTES", 1000)
    assert ask(up[0], "POST", "/v1/score", b" " * 4_000_000)[0] == 413
    assert up[1].bodies.used == 0


def test_a_body_that_ends_early_or_drips_holds_nothing_up(up: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "_BODY_S", 0.2)
    head = b"POST /v1/score HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    for drips, status in ((0, b"400"), (10, b"408")):
        with socket.create_connection(("127.0.0.1", up[0].server_address[1])) as connection:
            connection.sendall(head + b"{")
            for _ in range(drips):
                time.sleep(0.05)
                connection.sendall(b" ")
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(4096).split()[1] == status
    assert up[1].bodies.used == 0


def test_connections_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "_MOST_CONNECTIONS", 1)
    with started() as (server, _, _):
        with socket.create_connection(("127.0.0.1", server.server_address[1])) as first:
            first.sendall(b"GET /health HTTP/1.1\r\n\r\n")
            assert first.recv(4096).split()[1] == b"200"
            status, headers, said = ask(server, "GET", "/health")
            assert (status, headers["Retry-After"], said) == (503, "1", {"error": "too many connections"})
        Client(server.url).open()


def test_several_requests_go_over_one_connection(up: Running) -> None:
    connection = HTTPConnection("127.0.0.1", up[0].server_address[1], timeout=30)
    for body, status in ((b"{", 400), (b'{"items": []}', 200), (b"{}", 422), (b'{"items": []}', 200)):
        connection.request("POST", "/v1/score", body, JSON)
        found = connection.getresponse()
        assert (found.status, found.read() != b"") == (status, True)
    connection.close()


def test_a_full_queue_is_429_and_what_is_under_way_is_answered(up: Running) -> None:
    server, found, grader = up
    grader.held.clear()
    with ThreadPoolExecutor(2) as threads:
        body = {"problem": "a", "completions": ["x", "y", "z"]}
        first = threads.submit(ask, server, "POST", "/v1/score", body)
        assert grader.entered.acquire(timeout=30)
        status, headers, said = ask(server, "POST", "/v1/score", {"problem": "a", "completions": ["1", "2"]})
        assert (status, headers["Retry-After"]) == (429, "1")
        assert "3 of 4 samples" in said["error"]
        second = threads.submit(ask, server, "POST", "/v1/score", {"problem": "b", "completions": ["w"]})
        assert grader.entered.acquire(timeout=30)
        assert "harness_queue_samples 4\n" in ask(server, "GET", "/metrics")[2]
        grader.held.set()
        assert [reward["message"] for reward in first.result()[2]["rewards"]] == ["x False", "y False", "z False"]
        assert second.result()[2]["rewards"][0]["problem"] == "b"
    assert found.queue.used == 0


def test_what_is_in_flight_is_finished_before_the_end_and_more_is_refused() -> None:
    with ThreadPoolExecutor(1) as threads:
        with started() as (server, found, grader):
            grader.held.clear()
            late = threads.submit(ask, server, "POST", "/v1/score", {"problem": "a", "completions": ["x"]})
            assert grader.entered.acquire(timeout=30)
            found.state = "stopping"
            for path in ("/health", "/v1/problems"):
                status, headers, said = ask(server, "GET", path)
                assert (status, headers["Retry-After"], said["error"]) == (503, "1", "the service is stopping")
            assert ask(server, "POST", "/v1/score", {"problem": "a", "completions": ["x"]})[0] == 503
            threading.Timer(0.1, grader.held.set).start()
        assert late.result()[0] == 200
    with pytest.raises(OSError):
        ask(server, "GET", "/health")


def test_a_service_that_is_starting_says_so() -> None:
    grader = Scripted()
    found = Service(cast(Grader, grader), Budget(4))
    with Server(ServeOptions(port=0), found) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        assert ask(server, "GET", "/health")[2]["error"] == "the service is starting"
        waits: list[float] = []

        def wait(seconds: float) -> None:
            waits.append(seconds)
            found.state = "ready"

        Client(server.url, sleep=wait).open()
        assert waits == [1.0]
        server.shutdown()


def test_trouble_of_ours_is_500_and_no_reward(up: Running, capsys: pytest.CaptureFixture[str]) -> None:
    up[2].broken = CellUnusable("no cell can be started")
    assert ask(up[0], "POST", "/v1/score", {"problem": "a", "completions": ["x"]})[::2] == (
        500,
        {"error": "no cell can be started"},
    )
    assert "no cell can be started" in capsys.readouterr().err
    with pytest.raises(HarnessError, match="no cell can be started"):
        Client(up[0].url).score("a", ["x"])
    up[2].broken = RuntimeError("a bug\nof ours")
    found = ask(up[0], "POST", "/v1/score", {"problem": "a", "completions": ["x"]})
    assert found[::2] == (500, {"error": "internal: RuntimeError: a bug of ours"})
    assert up[1].queue.used == up[1].bodies.used == 0


def test_a_token_is_wanted_where_one_is_set_and_where_others_can_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with started(token="s3cret") as (server, _, _):
        assert ask(server, "GET", "/health")[0] == 200
        for wrong in ({}, {"Authorization": "Bearer s3cre"}, {"Authorization": "s3cret"}):
            assert ask(server, "GET", "/v1/problems", headers=wrong)[0] == 401
        assert Client(server.url, token="s3cret").problems() == ("a", "b")
        monkeypatch.setenv("HARNESS_SERVE_TOKEN", "s3cret")
        assert Client(server.url).score("a", ["x"])[0].message == "x False"
        monkeypatch.setenv("HARNESS_SERVE_TOKEN", "wrong")
        with pytest.raises(ConfigError, match="no token, or a wrong one"):
            Client(server.url).problems()
    for host in ("0.0.0.0", "::", "example.org"):
        with pytest.raises(ConfigError, match=f"--host {re.escape(host)}: .*HARNESS_SERVE_TOKEN"):
            ServeOptions(host=host).check()
    for host in ("127.0.0.1", "::1", "localhost"):
        ServeOptions(host=host).check()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--host", "0.0.0.0"), "HARNESS_SERVE_TOKEN"),
        (("--queue", "-1"), "--queue -1: 0 to 1,000,000"),
        (("--port", "99999"), "--port 99999: 0 to 65,535"),
        (("--suite", "nosuch"), 'no suite "nosuch"'),
        (("--weights", "nosuch.json"), "nosuch.json: weights cannot be read"),
        (("--depth", "simulation", "--stages", "timing"), "stages measure hardware"),
    ],
)
def test_wrong_use_ends_before_it_serves(
    options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--port", "0", *options]) == 2
    assert said in capsys.readouterr().err


def test_a_port_that_is_taken_is_said(up: Running) -> None:
    port = up[0].server_address[1]
    with pytest.raises(ConfigError, match=f"--port {port}: Address already in use"):
        Server(ServeOptions(port=port), up[1])


def test_the_client_splits_a_large_batch_and_waits_where_there_is_no_room(up: Running) -> None:
    server, found, _ = up
    waits: list[float] = []
    assert found.queue.take(4)

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 1:
            found.queue.give_back(4)

    client = Client(server.url, sleep=wait)
    items: list[tuple[str, str | Completion]] = [("ab"[n % 2], str(n)) for n in range(40)]
    items.append(("a", Completion("cut \ud83d", finish_reason="length")))
    rewards = client.score_many(items)
    assert [reward.message for reward in rewards] == [
        *(f"{n} False" for n in range(40)),
        "cut \ufffd|length|None False",
    ]
    assert waits[0] == 1.0
    assert rewards[0] == Reward("a", Outcome.MISMATCH, 0.25, {"checks": 0.5, "area": None}, "0 False", {"area": 1.5})
    assert (client.workers, client.about["suite"]["name"], client.score_many([])) == (2, "scripted", [])


def test_the_client_gives_up_in_one_line() -> None:
    with started() as (server, _, _):
        url = server.url
    waits: list[float] = []
    with pytest.raises(HarnessError, match=r"no answer after \d+ s \(ConnectionRefusedError.*Is harness serve up\?"):
        Client(url, patience_s=5, sleep=waits.append).score("a", ["x"])
    assert waits == [0.5, 1.0, 2.0]
    with pytest.raises(ConfigError, match=r'url "localhost:8321": http://host:port'):
        Client("localhost:8321")


def test_the_wait_that_is_told_is_by_the_pace_of_late() -> None:
    pace = Pace()
    assert pace.seconds_for(100, 0.0) == 1
    for second in range(11):
        pace.finished(4, float(second))
    assert [pace.seconds_for(count, 10.0) for count in (1, 40, 10_000)] == [1, 10, 60]
    assert pace.seconds_for(40, 1000.0) == 1  # nothing is known of late


def test_metrics_are_in_the_text_format(up: Running) -> None:
    ask(up[0], "POST", "/v1/score", {"problem": "a", "completions": ["x", "y"]})
    text = ask(up[0], "GET", "/metrics")[2]
    assert 'harness_samples_total{outcome="mismatch"} 2\n' in text
    assert 'harness_requests_total{path="/v1/score",status="200"} 1\n' in text
    assert 'harness_score_seconds_bucket{le="+Inf"} 1\n' in text
    sample = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in text.splitlines())


def test_the_description_has_every_path_and_the_shape_of_a_reward(up: Running) -> None:
    found = ask(up[0], "GET", "/openapi.json")[2]
    assert found == json.loads(json.dumps(document()))
    assert set(found["paths"]) == set(handler._PATHS)
    schemas = found["components"]["schemas"]
    pointers = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(found)))
    assert pointers <= set(schemas)
    reward = Reward("a", Outcome.PASS, 1.0, {"checks": 1.0, "area": None}, "m", {"area": 1.0})
    assert set(schemas["RewardTable"]["properties"]) == set(reward.to_json())
    assert RewardTable.model_validate(reward.to_json()).reward() == reward


def test_the_page_on_formats_names_every_key() -> None:
    page = (REPOSITORY / "docs" / "file-formats.md").read_text()
    told = set(re.findall(r"`(\w+)`", page[page.index("## The reward service") :]))
    tables = (ScoreRequest, Item, Reply, ScoreResponse, RewardTable, ErrorResponse)
    assert {name for table in tables for name in table.model_fields} <= told
