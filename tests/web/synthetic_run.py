"""Run folders for the page's tests, made without any tool: a large one, and one of a hostile model."""

import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from harness.errors import ConfigError
from harness.grading import waveform
from harness.records.completion import Answer, Completion, Usage
from harness.records.grade import Grade, StageResult, digest_text
from harness.records.outcome import Evidence, Outcome, Stage, Status
from harness.records.run import RunConfig
from harness.runs import page, report, waveforms
from harness.runs.folder import RunFolder

CONFIG = RunConfig(
    *("core", "1.0", "sha256:a", "spec-to-rtl", "default", "a-model", {"n": 5, "temperature": 0.8}, "sha256:p"),
    *(("simulate", "syntax"), {"iverilog": "11.0"}, "bwrap", 1, "0.1"),
)
OUTCOMES = [Outcome.PASS] * 3 + [Outcome.MISMATCH, Outcome.SYNTAX_ERROR, Outcome.TIMEOUT, Outcome.EMPTY]
CODE = "module top(input clk, output reg q);\n  // a comment\n  always @(posedge clk) q <= 1'b1;\nendmodule\n"
HOSTILE = (
    "</script><script>window.hacked=1</script></pre></textarea></title><img src=x onerror=window.hacked=2>"
    "<svg onload=window.hacked=3>\0\u2028\u2029\u202e&lt;b&gt;]]>-->{{7*7}}${window.hacked=4}`'\""
)


def make(path: Path, problems: int, samples: int) -> Path:
    """``problems`` times ``samples`` answers of all kinds; every mismatch has a waveform. Returns the page."""
    with RunFolder.create(path, CONFIG) as folder:
        facts = {f"p{n:03}_unit": _facts(n) for n in range(problems)}
        (path / report.FACTS).write_text(json.dumps({"defects": [], "problems": facts}))
        lines = []
        for number, name in enumerate(facts):
            for sample in range(samples):
                outcome = OUTCOMES[(number * 3 + sample * 5) % len(OUTCOMES)]
                code = f"// {name} {sample}\n{CODE * 20}"
                usage = Usage(400 + number, 300 + 7 * sample, None)
                reply = Completion(f"Here it is.\n```verilog\n{code}```\n", "I think.", usage=usage, cost_usd=0.001)
                folder.append_answer(Answer(name, sample, reply))
                grade, log = _grade(name, sample, outcome)
                folder.append_grade(grade, log)
                if outcome is Outcome.MISMATCH:
                    lines.append({"schema": 1, "problem": name, "sample": sample, "round": 0, "inputs": grade.inputs,
                                  "version": waveform.VERSION, "waveform": wave()})  # fmt: skip
        (path / waveforms.WAVEFORMS).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return write(path)


def hostile(path: Path) -> Path:
    """Every place that a model can fill, filled with what breaks careless pages."""
    config = RunConfig(**{**{f: getattr(CONFIG, f) for f in CONFIG.__dataclass_fields__}, "model": HOSTILE})
    with RunFolder.create(path, config) as folder:
        for sample, text in enumerate([HOSTILE, "x" * 1_000_000, f"module a; // {HOSTILE}\nendmodule", ""]):
            reply = Completion(text, HOSTILE, HOSTILE)
            folder.append_answer(Answer("p000", sample, reply, is_code=sample >= 1))
            log = f"== syntax\ncandidate.sv:1: {HOSTILE}\n"
            grade = Grade("p000", sample, Outcome.SYNTAX_ERROR, message=f"line 1: {HOSTILE}", log=digest_text(log))
            folder.append_grade(grade, log)
    return write(path)


def told(path: Path, problems: int = 24) -> Path:
    """With feedback: up to three rounds a sample, each with its price. The first problem's pass is refuted."""
    with RunFolder.create(path, replace(CONFIG, track="compile-feedback")) as folder:
        facts = {f"p{n:03}_unit": _facts(n) for n in range(problems)}
        (path / report.FACTS).write_text(json.dumps({"defects": [], "problems": facts}))
        for number, name in enumerate(facts):
            for sample, turn in product(range(2), range(1 + (number + 1) % 3)):
                right = turn == (number + 1) % 3 and number % 4 != 3
                text = f"Try {turn}: {HOSTILE}\n```verilog\n{CODE}```\n"
                reply = Completion(
                    text, usage=Usage(300 * (turn + 1), 200, None), cost_usd=0.0125 * (turn + 1), latency=2.5
                )
                folder.append_answer(Answer(name, sample, reply, turn))
                grade, log = _grade(name, sample, Outcome.PASS if right else Outcome.SYNTAX_ERROR)
                if number == 0 and sample == 0 and right:
                    grade, log = _refuted(grade), COUNTEREXAMPLE
                folder.append_grade(replace(grade, round=turn, log=digest_text(log) if log else None), log)
    return write(path)


COUNTEREXAMPLE = "== equivalence\ncycle\trst\td\tq: golden\tq: candidate\n" + "".join(
    f"{n}\t{int(n < 2)}\t{n * 7 % 256:08b}\t{n * 7 % 256 if n > 1 else 0:08b}\t{n * 7 % 256 if 1 < n < 12 else 0:08b}\n"
    for n in range(13)
)


def _refuted(grade: Grade) -> Grade:
    found = {"cycles": 13, "output": "q", "golden": f"{84:08b}", "candidate": f"{0:08b}"}
    result = StageResult(Status.REFUTED, {"method": "cycles, exact X: bmc", "counterexample": found})
    return replace(grade, stages={**grade.stages, Stage.EQUIVALENCE: result})


def write(path: Path) -> Path:
    folder = RunFolder.read(path)

    def nowhere() -> Any:
        raise ConfigError("suite core is not here")

    return page.make(folder, report.rebuild(folder, (1, 5)), nowhere, 1000, lambda line: None)


def _facts(number: int) -> dict[str, Any]:
    category = ["fsm", "memory", "arithmetic"][number % 3]
    difficulty = ["easy", "hard"][number % 2]
    return {"title": f"unit number {number}", "category": category, "difficulty": difficulty, "quarantined": False}


def _grade(name: str, sample: int, outcome: Outcome) -> tuple[Grade, str]:
    right = outcome is Outcome.PASS
    status = Status.PASS if right or outcome is Outcome.MISMATCH else Status.FAIL
    stages = {Stage.SYNTAX: StageResult(status)}
    if outcome in (Outcome.PASS, Outcome.MISMATCH):
        facts = {"checked": 4096, "failed": 0 if right else 37}
        stages[Stage.SIMULATE] = StageResult(Status.PASS if right else Status.FAIL, facts)
    message = {Outcome.MISMATCH: "q differs first at time 125: expected 1, got 0; 37 of 4096 checks failed",
               Outcome.SYNTAX_ERROR: "line 3: syntax error"}.get(outcome)  # fmt: skip
    log = "== syntax\ncandidate.sv:3: syntax error\n" if outcome is Outcome.SYNTAX_ERROR else ""
    grade = Grade(
        *(name, sample, outcome),
        evidence=Evidence.TEXT if right else None,
        message=message,
        stages=stages,
        ratio={"area": 1 + sample / 10} if right else {},
        inputs=f"sha256:{name}{sample}",
        log=digest_text(log) if log else None,
    )
    return grade, log


def wave() -> dict[str, Any]:
    clock = [[5000 * half, str(half % 2)] for half in range(40)]
    signals = [
        {"name": "clk", "direction": "input", "width": 1, "actual": clock},
        {"name": "d", "direction": "input", "width": 8, "actual": [[0, "00000000"], [95_000, "01011010"]]},
        {"name": "q", "direction": "output", "width": 8, "actual": [[0, "xxxxxxxx"], [15_000, "00000000"]],
         "expected": [[0, "xxxxxxxx"], [15_000, "00000000"], [105_000, "01011010"]]},
    ]  # fmt: skip
    about = {"tick": "1ps", "per_unit": 1000, "start": 0, "end": 195_000, "first": 125_000, "seed": 1, "clock": "clk"}
    return {**about, "edge": "posedge", "note": None, "signals": signals}
