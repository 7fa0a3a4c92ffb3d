"""What asking a model costs: requests to a server of ours on this machine, against the ideal."""

import json
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import HarnessError
from harness.process.program import Talks, allowed_environment
from harness.runs import speed_server
from harness.runs.options import RunOptions
from harness.runs.speed_figure import LIMIT_S, Figure, children_cpu, run_harness


@dataclass(frozen=True, slots=True)
class Load:
    """Requests in all, at once, and the seconds that each answer takes."""

    requests: int
    at_once: int
    seconds: float

    @property
    def ideal_s(self) -> float:
        return self.requests * self.seconds / self.at_once


FULL = Load(2000, 256, 2.0)
SMALL = Load(400, 64, 0.25)
_PROBLEMS = 20
"""More of a suite are no other work."""


def request_figures(options: RunOptions, folder: Path, problems: int, *, full: bool) -> list[Figure]:
    """Wall time from the first request to the last answer against requests x seconds / at once, and CPU a request.

    CPU of the command's start, measured by a run of few requests, is left out. HarnessError where a request was lost
    or sent twice.
    """
    load = FULL if full else SMALL
    limit = min(problems, _PROBLEMS)
    n = -(-load.requests // limit)
    load = Load(n * limit, load.at_once, load.seconds)
    with _server(folder, load.seconds) as url:
        cpu = []
        for samples in (1, n):
            _counts(url)
            with children_cpu() as used:
                run_harness(_generate(options, url, folder / f"asked{samples}", limit, samples, load.at_once))
            cpu.append(used())
            found = _counts(url)
            _check(found, samples * limit, folder / f"asked{samples}")
    name = f"{load.requests:,} requests of {load.seconds:g} s, {load.at_once} at once, against the ideal"
    own = 1000 * (cpu[1] - cpu[0]) / (load.requests - limit)
    return [
        Figure(name, "s", (found["seconds"],), (load.ideal_s,), "≤ 1.15 ×"),
        Figure("CPU a request", "ms", (own,), target="≤ 4 ms"),
    ]


def _check(found: Mapping[str, Any], wanted: int, run: Path) -> None:
    lines = (run / "completions.jsonl").read_bytes().count(b"\n")
    if not found["came"] == found["unlike"] == lines == wanted:
        raise HarnessError(f"speed: of {wanted} requests {found['came']} came, {found['unlike']} unlike, {lines} kept")


def _generate(options: RunOptions, url: str, run: Path, limit: int, n: int, at_once: int) -> list[str]:
    command = [sys.executable, "-m", "harness", "generate", "--suite", options.suite, "--task", str(options.task)]
    command += ["--suite-path", options.suite_path] if options.suite_path else []
    command += ["--problems", options.problems] if options.problems else []
    command += ["--model", "openai/speed", "--base-url", url, "--limit", str(limit), "-n", str(n), "--run", str(run)]
    return [*command, "--max-connections", str(at_once), "--no-cache", "--quiet", "--sandbox", options.sandbox]


@contextmanager
def _server(folder: Path, seconds: float) -> Iterator[str]:
    """The server as a process of its own; its URL."""
    talks, file = Talks(), folder / "port"
    argv = [sys.executable, "-I", str(speed_server.__file__), str(file), str(seconds)]
    thread = threading.Thread(
        target=talks.ask, args=(argv, b""), kwargs={"wall_s": LIMIT_S, "env": allowed_environment(), "most": 1 << 20}
    )
    thread.start()
    try:
        until = time.monotonic() + 60
        while not file.is_file():
            if not thread.is_alive() or time.monotonic() > until:
                raise HarnessError("speed: the local server did not start")
            time.sleep(0.02)
        yield f"http://127.0.0.1:{file.read_text('ascii')}/v1"
    finally:
        talks.close()
        thread.join()


def _counts(url: str) -> dict[str, Any]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{url}/counts", timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
