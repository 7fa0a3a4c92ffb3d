"""Rewards over HTTP with the real tools: the same as without, from a process that ends gracefully; and under load."""

import json
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest
from conftest import AND_GOLDEN, COUNTER_GOLDEN, MiniSuite

from harness.reward import Client, Grader, Reward
from harness.reward.adapters import TrlReward, verl
from harness.serve.server import ServeOptions, running

pytestmark = pytest.mark.tools

NEARLY = COUNTER_GOLDEN.replace("q <= q + 1", "q <= (q == 9) ? 11 : q + 1")
PEEKS = COUNTER_GOLDEN.replace("endmodule", "  wire [3:0] seen = tb.want;\nendmodule")
ANSWERS = [COUNTER_GOLDEN, f"Here:\n```verilog\n{NEARLY}```", PEEKS, "module counter(); endmodule", "hello"]
ITEMS = [*(("counter", answer) for answer in ANSWERS), ("and2", AND_GOLDEN)]


def texts(rewards: list[Reward]) -> list[str]:
    return [json.dumps(reward.to_json()) for reward in rewards]


class Served:
    """``harness serve`` as a user starts it."""

    def __init__(self, mini: MiniSuite, *options: str) -> None:
        command = [sys.executable, "-m", "harness", "serve", "--port", "0", "--suite", "mini", "--no-cache"]
        self.process = subprocess.Popen(
            [*command, "--suite-path", str(mini.root), "--workers", "2", *options], stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        found = re.match(r"serving   (http://127\.0\.0\.1:\d+)/v1/score · mini 1\.0, 2 workers, queue \d+", line)
        assert found, line
        self.url = found[1]

    def end(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=120)
        return self.process.returncode, said


@pytest.fixture
def served(mini: MiniSuite) -> Iterator[Served]:
    found = Served(mini)
    yield found
    found.process.kill()
    found.process.wait()


def test_rewards_are_the_same_alone_in_a_batch_and_through_http_and_the_end_is_graceful(
    served: Served, mini: MiniSuite
) -> None:
    with Grader("mini", suite_path=str(mini.root), workers=2, cache=False) as grader:
        wanted = texts(grader.score_many(ITEMS))
        about = grader.about
    client = Client(served.url)
    assert texts(client.score_many(ITEMS)) == wanted
    assert [texts(client.score(*item[:1], [item[1]]))[0] for item in ITEMS] == wanted
    assert texts(client.score("counter", [COUNTER_GOLDEN], code=True)) == wanted[:1]
    assert {key: client.about[key] for key in about} == about
    assert client.problems() == ("and2", "counter")

    # The adapters take a service as they take a Grader.
    names = [name for name, _ in ITEMS]
    scores = TrlReward(client)(["p"] * len(ITEMS), [answer for _, answer in ITEMS], problem=names)
    assert scores == [json.loads(line)["score"] for line in wanted]
    assert verl.compute_score("mini", NEARLY, "counter", url=served.url)["score"] == scores[1]

    # What is in flight when the end is asked for is answered.
    with ThreadPoolExecutor(1) as threads:
        late = threads.submit(client.score, "counter", [f"{NEARLY}// {n}\n" for n in range(8)])
        while "harness_queue_samples 0" in metrics(served.url):
            time.sleep(0.002)
        code, said = served.end()
        assert [reward.score for reward in late.result()] == [scores[1]] * 8
    assert code == 0
    assert re.fullmatch(r"stopping  \d samples? in flight; again to stop now\n", said), said


def metrics(url: str) -> str:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=60)
    connection.request("GET", "/metrics")
    found = connection.getresponse().read().decode()
    connection.close()
    return found


def distinct(number: int) -> tuple[str, str]:
    """Problem and completion of a sample that was never seen: every other one is right."""
    if number % 2:
        return "counter", f"{COUNTER_GOLDEN}// {number}\n"
    return "and2", AND_GOLDEN.replace("a & b", f"a | b | (b & {number} > 70000)")


@pytest.mark.long
def test_at_twice_the_capacity_the_queue_is_bounded_and_no_answer_is_lost_or_mixed_up(mini: MiniSuite) -> None:
    """Requests come by the clock, whether earlier ones were answered or not. The figures are printed (-s)."""
    grader = Grader("mini", suite_path=str(mini.root), workers=2, cache=False)
    with grader, running(grader, ServeOptions(port=0, queue=8)) as (server, service):
        grader.score_many([distinct(number) for number in range(8)])
        began = time.monotonic()
        first = grader.score_many([distinct(number) for number in range(100, 200)])
        rate = 100 / (time.monotonic() - began)
        assert [reward.passed for reward in first] == [number % 2 == 1 for number in range(100, 200)]
        calm = at_rate(server.url, rate / 2, 8.0, 1000)
        peak: list[int] = []
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.01):
                peak.append(service.queue.used)

        watcher = threading.Thread(target=watch)
        watcher.start()
        loaded = at_rate(server.url, rate * 2, 12.0, 5000)
        done.set()
        watcher.join()
        # And callers that honour Retry-After get every answer.
        with ThreadPoolExecutor(16) as threads:
            numbers = range(20_000, 20_064)
            patient = list(threads.map(lambda n: Client(server.url).score(*asked(n))[0], numbers))
    print(f"\ncapacity {rate:.1f} samples a second")
    for name, found in (("half", calm), ("twice", loaded)):
        times = sorted(seconds for status, _, seconds in found if status == 200)
        print(
            f"at {name:5} the capacity: {dict(Counter(status for status, _, _ in found))}, "
            f"median {1000 * statistics.median(times):.0f} ms, last {1000 * times[-1]:.0f} ms"
        )
    assert {status for status, _, _ in loaded} == {200, 429}
    assert Counter(status for status, _, _ in calm)[200] > 0.9 * len(calm)
    assert all(right for _, right, _ in (*calm, *loaded))
    assert max(peak) == 8
    assert [reward.passed for reward in patient] == [number % 2 == 1 for number in numbers]


def asked(number: int) -> tuple[str, list[str]]:
    problem, completion = distinct(number)
    return problem, [completion]


def at_rate(url: str, rate: float, seconds: float, first: int) -> list[tuple[int, bool, float]]:
    """Status, whether the answer was the right one (or an honest refusal), seconds: of each request."""
    began = time.monotonic()

    def one(number: int) -> tuple[int, bool, float]:
        problem, completion = distinct(first + number)
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        start = time.monotonic()
        connection = HTTPConnection(url.removeprefix("http://"), timeout=120)
        body = json.dumps({"problem": problem, "completions": [completion]})
        connection.request("POST", "/v1/score", body, {"Content-Type": "application/json"})
        found = connection.getresponse()
        answer = json.loads(found.read())
        connection.close()
        took = time.monotonic() - start
        if found.status == 200:
            [reward] = answer["rewards"]
            right = reward["problem"] == problem and (reward["score"] == 1.0) == ((first + number) % 2 == 1)
            return 200, right, took
        return found.status, 1 <= int(found.headers["Retry-After"]) <= 60, took

    with ThreadPoolExecutor(64) as threads:
        return list(threads.map(one, range(int(rate * seconds))))
