"""Fixtures that more than one folder of tests uses."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A busy machine changes no verdict, not even of a test.
settings.register_profile("harness", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("harness")

REPOSITORY = Path(__file__).parents[1]

COUNTER_SPEC = """Write a module `counter`: a 4-bit counter with synchronous reset. At each rising edge of `clk`: with
`rst` = 1 `q` becomes 0, else it grows by 1 and wraps from 15 to 0.
"""
COUNTER_GOLDEN = """module counter(input clk, input rst, output reg [3:0] q);
  always @(posedge clk) if (rst) q <= 0; else q <= q + 1;
endmodule
"""
COUNTER_TB = """`timescale 1ns/1ps
module tb;
  parameter [63:0] KEY = 64'd0;
  parameter [31:0] SEED = 32'd1;
  reg clk = 0, rst = 1; wire [3:0] q;
  counter dut(.clk(clk), .rst(rst), .q(q));
  integer checked = 0, failed = 0, i, state; time first = 0; reg [3:0] want = 0; reg next;
  initial begin
    state = SEED;
    for (i = 0; i < 100; i = i + 1) begin
      next = $random(state);
      rst = (i < 2) || (next && i % 7 == 0);
      #5 clk = 1; want = rst ? 4'd0 : want + 4'd1; #4;
      checked = checked + 1;
      if (q !== want) begin
        if (failed == 0) first = $time;
        failed = failed + 1;
        if (failed <= 10) $display("MISMATCH time=%0t signal=q expected=%b got=%b", $time, want, q);
      end
      #1 clk = 0;
    end
    if (failed == 0) $display("HARNESS %h checked=%0d failed=%0d first=-", KEY, checked, failed);
    else $display("HARNESS %h checked=%0d failed=%0d first=%0d", KEY, checked, failed, first);
    $finish(0);
  end
endmodule
"""
AND_GOLDEN = "module and2(input a, input b, output y);\n  assign y = a & b;\nendmodule\n"
AND_TB = """module tb;
  parameter [63:0] KEY = 64'd0;
  parameter [31:0] SEED = 32'd1;
  reg a, b; wire y; and2 dut(.a(a), .b(b), .y(y));
  integer i, failed = 0;
  initial begin
    for (i = 0; i < 4; i = i + 1) begin {a, b} = i; #1 if (y !== (a & b)) failed = failed + 1; end
    if (failed == 0) $display("HARNESS %h checked=4 failed=0 first=-", KEY);
    else $display("HARNESS %h checked=4 failed=%0d first=1", KEY, failed);
    $finish(0);
  end
endmodule
"""


def problem_toml(top: str, ports: Sequence[tuple[str, str, int]], extra: str = "") -> str:
    tables = "".join(f'[[port]]\nname = "{n}"\ndirection = "{d}"\nwidth = {w}\n' for n, d, w in ports)
    return (
        f'version = 1\ntitle = "{top}"\ncategory = "sequential"\ndifficulty = "easy"\ntop = "{top}"\n'
        f'language = "verilog"\ncanary = "test {top}"\ngolden = ["golden.v"]\n'
        f'tasks = ["spec-to-rtl", "code-completion"]\n{extra}'
        f'[testbench]\nkind = "verilog"\nfiles = ["tb.v"]\nseeds = 2\ncpu_s = 5\n{tables}'
    )


@dataclass
class MiniSuite:
    """A native suite of two tiny problems in a folder of its own (with a space in its path, on purpose)."""

    root: Path

    def problem(self, name: str) -> Path:
        return self.root / name

    def bench(self, name: str) -> Path:
        return self.root.parents[1] / "testbenches" / self.root.name / name

    def add(self, name: str, toml: str, golden: str, bench: str, spec: str = "A module.\n") -> None:
        self.problem(name).mkdir(parents=True)
        self.bench(name).mkdir(parents=True)
        (self.problem(name) / "problem.toml").write_text(toml)
        (self.problem(name) / "spec.md").write_text(spec)
        (self.problem(name) / "golden.v").write_text(golden)
        (self.bench(name) / "tb.v").write_text(bench)


@pytest.fixture
def mini(tmp_path: Path) -> MiniSuite:
    return mini_suite(MiniSuite(tmp_path / "a suite" / "problems" / "mini"))


def mini_suite(suite: MiniSuite) -> MiniSuite:
    suite.root.mkdir(parents=True)
    (suite.root / "suite.toml").write_text('version = "1.0"\n')
    counter = problem_toml("counter", [("clk", "input", 1), ("rst", "input", 1), ("q", "output", 4)])
    suite.add("counter", counter, COUNTER_GOLDEN, COUNTER_TB, COUNTER_SPEC)
    and2 = problem_toml("and2", [("a", "input", 1), ("b", "input", 1), ("y", "output", 1)])
    suite.add("and2", and2, AND_GOLDEN, AND_TB, "A module whose output y is high where a and b are.\n")
    return suite


@dataclass
class Ran:
    """What a run of the command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Harness = Callable[..., Ran]


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    """Run the command as a user would: another process, its own results folder."""

    def run(*arguments: str, env: dict[str, str] | None = None, cwd: Path | None = None, timeout: float = 300) -> Ran:
        found = subprocess.run(  # noqa: PLW1510
            [sys.executable, "-m", "harness", *map(str, arguments)],
            capture_output=True,
            text=True,
            env={**os.environ, "HARNESS_RESULTS": str(tmp_path / "results"), **(env or {})},
            cwd=cwd or tmp_path,
            timeout=timeout,
        )
        assert "Traceback" not in found.stderr, found.stderr
        return Ran(found.returncode, found.stdout, found.stderr)

    return run


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Harness:
    """The command in this process, for what needs no second interpreter: a tenth of the time."""
    from harness.cli.main import main

    monkeypatch.setenv("HARNESS_RESULTS", str(tmp_path / "results"))

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = main([*map(str, arguments)])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


def last_lines(run: Path) -> list[dict[str, Any]]:
    """What must be equal between two honest runs of the same parameters (docs/file-formats.md)."""
    found = {}
    for line in (run / "grades.jsonl").read_text().splitlines():
        value = json.loads(line)
        found[value["problem"], value["sample"], value["round"]] = {
            key: item for key, item in value.items() if key not in ("measured", "sandbox")
        }
    return [found[key] for key in sorted(found)]


def kill_group(process: "subprocess.Popen[Any]") -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
