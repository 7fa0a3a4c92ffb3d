"""A verdict that believes what is printed: all files in one iverilog call, vvp, grep for the pass line.

It is what many benchmarks do, and the measure of an attack: one that does not fool it is no forgery. Uncontained except
for a folder of its own and tight limits, so no attack that is meant to run into limits may come here.
"""

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from harness.audit.redteam.target import Kind, Target
from harness.records.problem import Port, Problem

PASS_LINES: Mapping[Kind, str] = {
    "native": r"failed=0 first=-",
    "verilog_eval": r"^Mismatches: 0 in \d+ samples",
    "rtllm": r"={3,}\s*Your Design Passed\s*={3,}",
}
RTLLM_GOLDEN = """module tiny_adder (input [3:0] a, input [3:0] b, output [4:0] s);
  assign s = a + b;
endmodule
"""
RTLLM_BENCH = """`timescale 1ns/1ps
module tb;
  reg [3:0] a, b;
  wire [4:0] s;
  integer i, error = 0;
  tiny_adder dut (.a(a), .b(b), .s(s));
  initial begin
    for (i = 0; i < 100; i = i + 1) begin
      a = $random; b = $random;
      #10 error = (s === a + b) ? error : error + 1;
    end
    #1;
    if (error == 0) $display("===========Your Design Passed===========");
    else $display("===========Error===========");
    $finish;
  end
endmodule
"""
"""A testbench in the manner of RTLLM: a banner where nothing was counted as wrong."""


def rtllm_target() -> Target:
    ports = (Port("a", "input", 4), Port("b", "input", 4), Port("s", "output", 5))
    return Target("rtllm", "tiny_adder", ports, RTLLM_GOLDEN)


def bench_of(problem: Problem) -> str:
    return "\n".join(source.text for source in problem.testbench.files)


def believes(kind: Kind, design: str, bench: str, folder: Path) -> bool:
    """Whether the pass line is anywhere in what iverilog and vvp print."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "design.sv").write_bytes(design.encode("utf-8", "replace"))
    (folder / "tb.sv").write_text(bench)
    _run(["iverilog", "-g2012", "-o", "sim", "tb.sv", "design.sv"], folder)
    said = _run(["vvp", "-n", "sim"], folder) if (folder / "sim").exists() else ""
    return re.search(PASS_LINES[kind], said, re.MULTILINE) is not None


LIMITS = ("prlimit", "--cpu=5", "--as=1073741824", "--fsize=8388608", "--core=0")


def _run(argv: list[str], folder: Path) -> str:
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*LIMITS, *argv],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={"PATH": os.environ["PATH"]},
            start_new_session=True,
        )
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # the CPU limit ends it; its number stays ours
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return log.read_text("utf-8", "replace")
