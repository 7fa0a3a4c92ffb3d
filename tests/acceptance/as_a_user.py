"""What the acceptance tests share: long commands in the background, and short words for what a run left."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from conftest import Ran

AND = "module and2(input a, input b, output y);\n  assign y = a & b;\nendmodule\n"
OR = AND.replace("&", "|")
COUNTER = """module counter(input clk, input rst, output reg [3:0] q);
  always @(posedge clk) if (rst) q <= 0; else q <= q + 1;
endmodule
"""


def rates(summary: Mapping[str, Any], k: str = "pass@1") -> dict[str, float]:
    return {name: found[k]["value"] for name, found in summary["metrics"].items()}


def run_folder(ran: Ran, results: Path) -> Path:
    """The folder of the run whose summary was printed by --json."""
    found = results / "runs" / str(ran.json["run"])
    assert (found / "run.json").is_file()
    return found


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def errors(ran: Ran) -> list[str]:
    return [line.removeprefix("error: ") for line in ran.err.splitlines() if line.startswith("error: ")]


def write_answers(path: Path, answers: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(answer) + "\n" for answer in answers))
    return path


def variants(path: Path, count: int) -> Path:
    """``count`` different designs for each problem of the mini suite, every third of them wrong."""
    answers = []
    for number in range(count):
        wrong = number % 3 == 2
        codes = {"and2": OR if wrong else AND, "counter": COUNTER.replace("+ 1", "+ 2") if wrong else COUNTER}
        for name, code in codes.items():
            answers.append({"task_id": name, "sample": number, "code": f"// variant {number}\n{code}"})
    return write_answers(path, answers)


def start(
    *arguments: str, cwd: Path, env: Mapping[str, str], log: Path, session: bool = True
) -> "subprocess.Popen[bytes]":
    """The command in the background, in a process group of its own; what it prints goes to ``log``."""
    with log.open("ab") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "harness", *arguments],
            stdout=stream,
            stderr=stream,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **env},
            cwd=cwd,
            start_new_session=session,
        )


def wait_until(condition: Callable[[], bool], seconds: float = 180) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def count_lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def descendants(pid: int) -> set[tuple[int, str]]:
    """(pid, start time) of every process below ``pid``: a pid alone may be used again."""
    children: dict[int, list[int]] = {}
    started: dict[int, str] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(stat.parent.name)
        children.setdefault(int(fields[1]), []).append(number)
        started[number] = fields[19]
    found: set[tuple[int, str]] = set()
    ahead = [pid]
    while ahead:
        for child in children.get(ahead.pop(), []):
            found.add((child, started[child]))
            ahead.append(child)
    return found


def alive(process: tuple[int, str]) -> bool:
    """Whether that very process still runs (a zombie that nobody reaped does not)."""
    try:
        fields = Path(f"/proc/{process[0]}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[19] == process[1] and fields[0] != "Z"


def all_ended(processes: set[tuple[int, str]]) -> bool:
    return not any(map(alive, processes))


def has_lines(path: Path, count: int, process: "subprocess.Popen[bytes]") -> bool:
    """Whether a file has that many lines, or nobody is left to write them."""
    return count_lines(path) >= count or process.poll() is not None
