"""report.html: what a model wrote is data and never markup, large runs stay small, and a current page is left alone."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigError
from harness.grading import counterexample
from harness.records.completion import Answer, Completion, Usage
from harness.records.grade import Grade, StageResult
from harness.records.outcome import Outcome, Stage, Status
from harness.records.run import RunConfig
from harness.reports import page as report_page
from harness.reports.words import explain, shown
from harness.runs import page, report, waveforms
from harness.runs.folder import RunFolder
from harness.runs.page_samples import marks
from harness.runs.session import Session

NAME = "</script><script>window.hacked=1</script></pre><img src=x onerror=alert(1)>\0\u2028 ]]>"
HOSTILE = f"{NAME}\ud800"
CONFIG = RunConfig(
    *("core", "1", "sha256:a", "spec-to-rtl", "default", NAME, {"n": 2}, "sha256:p"),
    *(("syntax",), {"iverilog": "11"}, "bwrap", 1, "0.1"),
)


@contextmanager
def nowhere() -> Iterator[Session]:
    raise ConfigError("suite core is not here")
    yield


def grade(sample: int, outcome: str, **more: Any) -> Grade:
    facts = {"checked": 10, "failed": 0 if outcome == "pass" else 3}
    stages = {Stage.SIMULATE: StageResult(Status.PASS if outcome == "pass" else Status.FAIL, facts)}
    return Grade("adder", sample, Outcome(outcome), stages=stages, inputs=f"sha256:{sample}", **more)


def make(path: Path, grades: list[Grade], text: str = HOSTILE) -> tuple[RunFolder, dict[str, Any]]:
    folder = RunFolder.create(path / "run", CONFIG)
    for item in grades:
        reply = Completion(text, usage=Usage(5, 7), cost_usd=0.5, latency=1.5)
        folder.append_answer(Answer(item.problem, item.sample, reply, is_code=True))
        folder.append_grade(item, "")
    folder.close()
    return folder, report.rebuild(folder, (1,))


def written(folder: RunFolder, summary: dict[str, Any], limit: int = 5) -> str:
    return page.make(folder, summary, nowhere, limit, lambda line: None).read_text()


def index_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="index">(.*?)</script>', text, re.DOTALL)
    assert found
    value = json.loads(found[1])
    assert isinstance(value, dict)
    return value


def block_of(text: str, number: int = 0) -> dict[str, Any]:
    found = re.search(rf'<script type="application/gzip" id="block-{number}">([A-Za-z0-9+/=]*)</script>', text)
    assert found
    value = json.loads(gzip.decompress(base64.b64decode(found[1])))
    assert isinstance(value, dict)
    return value


def test_what_a_model_wrote_never_stands_in_the_markup(tmp_path: Path) -> None:
    text = written(*make(tmp_path, [grade(0, "mismatch", message=HOSTILE), grade(1, "pass")]))
    assert "<script>window.hacked" not in text
    assert "<img" not in text
    assert len(re.findall(r"<script>", text)) == 1
    assert "\0" not in text
    assert index_of(text)["samples"][0]["m"].startswith("</script>")
    assert block_of(text)["samples"]["0"]["reply"] == HOSTILE


def test_only_the_pages_own_script_and_style_may_run(tmp_path: Path) -> None:
    text = written(*make(tmp_path, [grade(0, "pass")]))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    for tag in ("script", "style"):
        own = re.search(rf"(?s)<{tag}>(.*?)</{tag}>", text)
        assert own
        digest = base64.b64encode(hashlib.sha256(own[1].encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy[1]
    assert policy[1].startswith("default-src &#39;none&#39;")
    assert "unsafe" not in policy[1]


def test_the_page_loads_nothing_from_anywhere(tmp_path: Path) -> None:
    text = written(*make(tmp_path, [grade(0, "pass")], "module m; endmodule"))
    own = re.sub(r'(?s)<script type="application/(json|gzip)".*?</script>', "", text)
    assert set(re.findall(r"https?://[^\s\"']*", own)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|\bFunction\(", own)
    assert not re.search(r"<(link|iframe|object|embed|base)\b|@import|url\(", own)


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    folder, summary = make(tmp_path, [grade(0, "mismatch"), grade(1, "pass")])
    first = written(folder, summary)
    (folder.path / page.PAGE).unlink()
    assert written(folder, summary) == first


def test_a_page_without_the_suite_says_so_and_is_made_again_when_it_may_be_whole(tmp_path: Path) -> None:
    folder, summary = make(tmp_path, [grade(0, "pass")])
    said: list[str] = []
    page.make(folder, summary, nowhere, 5, said.append)
    page.make(folder, summary, nowhere, 5, said.append)
    assert said == ["note: the report has no prompts, Verilog or waveforms: suite core is not here"] * 2
    assert index_of((folder.path / page.PAGE).read_text())["left_out"]["suite"] == "suite core is not here"


def test_a_current_page_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, summary = make(tmp_path, [grade(0, "pass")])
    path = folder.path / page.PAGE
    inputs = page._digest(folder, summary, 5)
    path.write_text(report_page.meta(f"{inputs} whole"))
    assert page.make(folder, summary, nowhere, 5, lambda line: None) == path
    assert path.stat().st_size < 200
    page.make(folder, summary, nowhere, 6, lambda line: None)
    assert path.stat().st_size > 10_000


def test_long_texts_are_cut_in_the_middle_and_say_so(tmp_path: Path) -> None:
    text = written(*make(tmp_path, [grade(0, "pass")], "a" * 600_000 + "b" * 600_000))
    reply = block_of(text)["samples"]["0"]["reply"]
    assert len(reply) < 201_000
    assert (reply[0], reply[-1]) == ("a", "b")
    assert "1,000,000 characters are left out here" in reply
    assert len(text) < 120_000


def test_texts_beyond_the_share_of_a_problem_are_left_out_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST_TEXT", 150)
    samples = block_of(written(*make(tmp_path, [grade(0, "pass"), grade(1, "pass")], "x" * 60)))["samples"]
    assert "reply" in samples["0"]
    assert samples["1"]["no_room"] is True
    assert "reply" not in samples["1"]


def test_of_a_huge_run_the_first_samples_of_each_problem_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST_SAMPLES", 2)
    index = index_of(written(*make(tmp_path, [grade(number, "pass") for number in range(5)])))
    assert [row["s"] for row in index["samples"]] == [0, 1]
    assert index["left_out"]["samples"] == 3
    assert index["summary"]["samples"] == 5


def test_with_feedback_every_rounds_answer_is_there_and_its_cost_counted(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", replace(CONFIG, track="compile-feedback"))
    for number, outcome in enumerate(("syntax_error", "pass")):
        reply = Completion(f"try {number}", usage=Usage(5, 7), cost_usd=0.5, latency=1.5)
        folder.append_answer(Answer("adder", 0, reply, number))
        folder.append_grade(replace(grade(0, outcome, message="line 2: no"), round=number), "")
    folder.close()
    text = written(folder, report.rebuild(folder, (1,)))
    [row] = index_of(text)["samples"]
    assert (row["o"], row["u"], row["c"], row["l"]) == ("pass", [10, 14, None], 1.0, 3.0)
    sample = block_of(text)["samples"]["0"]
    assert sample["reply"] == "try 1"
    [first] = sample["rounds"]
    assert (first["reply"], first["o"], first["words"]) == (
        *("try 0", "syntax_error", "The text does not compile: line 2: no."),
    )
    assert first["told"].startswith("Your design does not compile: line 2: no")


def test_what_tools_said_of_a_line_is_marked_there() -> None:
    log = "== syntax\ncandidate.sv:4: syntax error\ncandidate.sv:4: again\ntb.v:2: error: no\n"
    assert marks(grade(0, "syntax_error", message="line 4: syntax error"), log) == [[4, "syntax error"]]
    refused = Grade("a", 0, Outcome.REJECTED, message="line 7: $fopen", stages={
        Stage.SCREEN: StageResult(Status.FAIL, {"rejected": [{"construct": "$fopen", "line": 7}]})})  # fmt: skip
    assert marks(refused, "") == [[7, "$fopen"]]
    assert marks(grade(0, "elaboration_error", message="with the testbench: line 9: no"), "") == []


def wave(**signals: tuple[list[list[Any]], list[list[Any]]]) -> dict[str, Any]:
    found = [
        {"name": n, "direction": "output", "width": 1, "expected": e, "actual": a} for n, (e, a) in signals.items()
    ]
    return {"tick": "1ps", "per_unit": 1000, "first": 125_000, "start": 0, "end": 200_000, "signals": found}


@pytest.mark.parametrize(
    ("outcome", "message", "words"),
    [
        ("pass", None, "Right: all 10 checks hold."),
        ("mismatch", "full differs first at time 125: expected 1, got 0; 3 of 10 checks failed",
         "`full` differs first at time 125 ns: expected 1, got 0; 3 of 10 checks failed."),
        ("mismatch", "q differs first at time 125; 3 of 10 checks failed",
         "`q` differs first at time 125 ns: expected 8'h5a, got 8'h5X; 3 of 10 checks failed."),
        ("syntax_error", "line 2: syntax error", "The text does not compile: line 2: syntax error."),
        ("empty", None, "The reply is blank."),
    ],
)  # fmt: skip
def test_a_grade_is_told_in_a_sentence(outcome: str, message: str | None, words: str) -> None:
    shape = wave(ok=([[0, "1"]], [[0, "1"]]), q=([[0, "01011010"]], [[0, "0101xx10"]]))
    assert explain(grade(0, outcome, message=message).to_json(), shape) == words


@pytest.mark.parametrize(
    ("bits", "text"), [("1", "1"), ("0110", "0110"), ("10110", "5'h16"), ("xxxxxxxx", "8'hxx"), ("HI", "hi")]
)
def test_values_are_written_as_in_a_waveform(bits: str, text: str) -> None:
    assert shown(bits) == text


TABLE = "== syntax\nno\n== equivalence\ncycle\trst\td\tq: golden\tq: candidate\n0\t1\t00\txx\t0x\n1\t0\t10\t01\t11\n== lint\nok\n"
FOUND = {"cycles": 2, "output": "q", "golden": "01", "candidate": "11"}


def test_a_refuted_pass_is_told_and_drawn_from_what_its_log_keeps() -> None:
    wave = counterexample.read(TABLE, FOUND)
    assert wave is not None
    assert (wave.start, wave.first, wave.end, wave.frames) == (0, 1, 2, "cycle")
    assert [(s.name, s.width, s.actual, s.expected) for s in wave.signals] == [
        ("rst", 1, ((0, "1"), (1, "0")), None),
        ("d", 2, ((0, "00"), (1, "10")), None),
        ("q", 2, ((0, "0x"), (1, "11")), ((0, "xx"), (1, "01"))),
    ]
    passed = grade(0, "pass")
    stages = {**passed.stages, Stage.EQUIVALENCE: StageResult(Status.REFUTED, {"counterexample": FOUND})}
    assert explain(replace(passed, stages=stages).to_json(), None) == (
        "Right: all 10 checks hold. Yet it is not equal to the golden design: `q` differs in cycle 1: expected 01, got 11."
    )


@pytest.mark.parametrize(
    ("log", "facts"),
    [
        ("", FOUND),
        (TABLE, {}),
        (TABLE, {**FOUND, "output": "p"}),
        (TABLE, {**FOUND, "cycles": 9}),
        (TABLE, {**FOUND, "cycles": None}),
        (TABLE.replace("\t11\n", "\n"), FOUND),
        (TABLE.replace("11\n", "<b>\n"), FOUND),
        (TABLE.replace("0\t1\t00", "\u00b2\t1\t00"), FOUND),
    ],
)
def test_a_damaged_counterexample_is_not_drawn(log: str, facts: dict[str, Any]) -> None:
    assert counterexample.read(log, facts) is None


def test_waveforms_go_to_every_problem_before_any_gets_a_second_one() -> None:
    grades = [Grade(name, sample, Outcome.MISMATCH) for name in ("a", "b") for sample in range(3)]
    grades.insert(0, Grade("a", 9, Outcome.PASS))
    chosen = waveforms.choose(grades, 3)
    assert [(g.problem, g.sample) for g in chosen.grades] == [("a", 0), ("a", 1), ("b", 0)]
    assert chosen.left_out == 3


def test_damaged_lines_of_waveforms_are_passed_over(tmp_path: Path) -> None:
    folder, _ = make(tmp_path, [grade(0, "mismatch")])
    good = {"problem": "adder", "sample": 0, "round": 0, "version": 1, "inputs": "sha256:0", "reason": "no"}
    bad = [{**good, "sample": "0"}, {**good, "version": 0}, {**good, "reason": None, "waveform": {"tick": 1}}, {}]
    framed = {"tick": "", "per_unit": 1, "start": 0, "end": 10**12, "first": 1, "signals": [], "frames": "cycle"}
    bad.append({**good, "reason": None, "waveform": framed})
    text = "".join(json.dumps(line) + "\n" for line in [*bad, good]) + '{"problem": "ad'
    (folder.path / waveforms.WAVEFORMS).write_text(text)
    assert waveforms.read(folder) == {("adder", 0, 0): good}
