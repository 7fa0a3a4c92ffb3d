"""docs/file-formats.md is a promise to scripts: it lists what the code writes, and nothing that it does not."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.analysis.ppa import AT_MOST
from harness.analysis.summary import ProblemFacts, Row, summarise
from harness.errors import ConfigError, HarnessError
from harness.grading.verdict import Verdict, read_verdict
from harness.records.completion import Answer, Completion
from harness.records.grade import Grade, Official, StageResult
from harness.records.outcome import Evidence, Outcome, Stage, Status
from harness.records.run import RunConfig
from harness.runs import report
from harness.runs.folder import RunFolder
from harness.suites.locate import environment_variable
from harness.tools.yosys import Structure
from harness.tools.yosys_mapping import MappedFigures

PAGE = (Path(__file__).parents[2] / "docs" / "file-formats.md").read_text()
CONFIG = RunConfig(
    *("core", "1.0", "sha256:s", "spec-to-rtl", "default", "m", {"n": 1}, "sha256:p"),
    *((), {"iverilog": "11.0"}, "bwrap", 1, "0.1"),
)


def section(title: str) -> str:
    return re.split(r"^## ", PAGE.split(f"## {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def paragraph(start: str) -> str:
    """The paragraph of the page that begins so, on one line."""
    [found] = [text for text in PAGE.split("\n\n") if text.startswith(start)]
    return " ".join(found.split())


def code_words(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def example(before: str) -> dict[str, Any]:
    """The JSON line that stands behind a word of the page."""
    found, _ = json.JSONDecoder().raw_decode(PAGE[PAGE.index("{", PAGE.index(before)) :])
    assert isinstance(found, dict)
    return found


def test_the_outcomes_are_exactly_those_of_the_code_in_their_order() -> None:
    assert re.findall(r"^\| `(\w+)` \|", section("Outcomes"), re.MULTILINE) == [str(outcome) for outcome in Outcome]


def test_every_kind_of_evidence_is_named_beside_pass() -> None:
    [row] = [line for line in section("Outcomes").splitlines() if line.startswith("| `pass` |")]
    assert set(code_words(row)) == {"pass", "evidence", *map(str, Evidence)}


def test_every_status_of_a_stage_is_listed() -> None:
    [listed] = re.findall(r"A stage's `status` is ([^.]*)\.", " ".join(PAGE.split()))
    assert code_words(listed) == [str(status) for status in Status]


def test_the_exit_codes_are_those_of_the_errors() -> None:
    text = " ".join(section("Exit codes").split())
    assert f"· {HarnessError.exit_code} the harness's own trouble" in text
    assert f"· {ConfigError.exit_code} wrong use" in text


def test_run_json_has_exactly_the_documented_keys() -> None:
    written = CONFIG.to_json("r")
    text = re.sub(r"\(.*?\)", "", paragraph("`run.json`:"))
    documented = code_words(text.removeprefix("`run.json`:"))
    assert sorted(word.split("{")[0] for word in documented) == sorted(written)
    [suite] = [word for word in documented if word.startswith("suite{")]
    assert suite.removeprefix("suite{").removesuffix("}").split(", ") == list(written["suite"])


def test_a_line_of_completions_has_exactly_the_documented_keys() -> None:
    shown = example("`completions.jsonl`, one line a reply")
    plain = Answer("p", 0, Completion("x", latency=1.9)).to_json()
    assert list(shown) == list(plain)
    assert (list(shown["usage"]), list(shown["measured"])) == (list(plain["usage"]), list(plain["measured"]))
    as_code = Answer("p", 0, Completion("x"), is_code=True).to_json()
    assert set(as_code) - set(plain) == {"is_code"}
    assert '`"is_code": true`' in PAGE
    assert Answer.from_json(shown).to_json() == shown


def test_a_line_of_grades_has_exactly_the_documented_keys() -> None:
    shown = example("`grades.jsonl`, one line a graded sample")
    assert list(shown) == list(Grade("p", 0, Outcome.PASS).to_json())
    assert Grade.from_json(shown).to_json() == shown
    facts = Structure(32, 5, 0, 0, 0).facts() | MappedFigures(361, 911.6665).facts()
    assert shown["stages"]["synthesize"] == {"status": "pass", **facts}


def test_a_log_is_named_as_documented() -> None:
    [digits] = re.findall(r"`logs/<first (\d+) hex digits>\.log`", PAGE)
    assert RunFolder(Path("r"), CONFIG).log_path("sha256:" + "a" * 64) == Path(f"r/logs/{'a' * int(digits)}.log")


def graded() -> list[Grade]:
    stages = {stage: StageResult(Status.PASS) for stage in (Stage.SYNTAX, Stage.SIMULATE, Stage.SYNTHESIZE)}
    right = Grade("a", 0, Outcome.PASS, evidence=Evidence.TEXT, stages=stages, ratio={"area": 1.0})
    return [right, Grade("b", 0, Outcome.MISMATCH, official=Official("R", False))]


def test_summary_json_has_exactly_the_documented_keys(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path / "run", CONFIG) as folder:
        for grade in graded():
            folder.append_grade(grade, "")
        plain = report.rebuild(folder, (1,))
    facts = {"a": ProblemFacts("c", "easy", False), "b": ProblemFacts("c", "easy", True)}
    rows = {grade.problem: [Row.of(grade)] for grade in graded()}
    rich = summarise({}, facts, rows, (1,), lambda verdicts: {"rate": float(len(verdicts))})
    always, _, sometimes = paragraph("`summary.json` is derived").partition("where they apply")
    named = {re.split(r"[{:]", word)[0] for word in code_words(always)} - {"summary.json"}
    identity = {"run", "suite", "task", "rules", "track", "model", "tools"}
    assert "the identity from run.json" in always
    assert identity <= set(CONFIG.to_json("r"))
    assert set(plain) == named | identity
    applies = {re.split(r"[{:]", word)[0] for word in code_words(sometimes)}
    assert set(rich) - set(plain) == {"without_quarantine", "official"} <= applies
    assert list(rich["without_quarantine"]) == ["problems", "metrics"]
    assert {"rate", "codes", "passed"} <= set(rich["official"])
    shapes = {word.split("{")[0]: word for word in code_words(always) if "{" in word}
    for inner, keys in (
        (shapes["metrics"], list(rich["metrics"]["function"]["pass@1"])),
        (shapes["ppa"], [key for key in rich["ppa"]["area"] if "@" not in key]),
    ):
        innermost = inner[inner.rindex("{") + 1 :].rstrip("}")
        assert innermost.split(", ") == keys


def test_every_name_under_ppa_is_explained() -> None:
    rows = {"a": [Row.of(graded()[0])] * 5}
    found = summarise({}, {"a": ProblemFacts("c", "easy", False)}, rows, (3,))
    area = found["ppa"]["area"]
    table = PAGE[PAGE.index("| name | meaning |\n|---|---|\n| `given_correct`") :].split("\n\n")[0]
    explained = set(re.findall(r"`([\w.@]+)`", table))
    assert {name.replace("@3", "@k") for name in area} <= explained
    assert {f"{name}@k" for name in ("overall", *(f"area_{p}" for p in AT_MOST))} <= explained
    assert {"area_best", "area_mean", "ppa"} <= set(found["per_problem"]["a"])


def test_the_verdict_line_of_the_page_is_read_by_the_code() -> None:
    [shape] = re.findall(r"^    (HARNESS .*)$", section("The verdict line"), re.MULTILINE)
    key = "5bd1e9955bd1e995"
    values = iter([key, "7", "2", "35"])
    assert read_verdict(re.sub(r"<[^>]*>", lambda _: next(values), shape), key) == Verdict(7, 2, 35)
    assert next(values, None) is None


@pytest.mark.parametrize(("suite", "variable"), [("verilog-eval-v2", "VERILOG_EVAL_V2"), ("a.b", "A_B")])
def test_the_variable_of_a_suite_is_made_as_documented(suite: str, variable: str) -> None:
    assert "`HARNESS_SUITE_<NAME>` (upper case, `_` for `-` and `.`)" in PAGE
    assert environment_variable(suite) == f"HARNESS_SUITE_{variable}"
