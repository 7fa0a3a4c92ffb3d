"""The pages that scripts and people rely on, held against the code."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.analysis.summary import ProblemFacts, Row, summarise
from harness.cli.main import COMMANDS
from harness.errors import ConfigError, HarnessError
from harness.grading.simulate import WALL_PER_CPU
from harness.process.job import MEGABYTE, Limits
from harness.process.launcher import GRACE_CPU_S
from harness.records.completion import Answer, Completion
from harness.records.grade import Grade, Official
from harness.records.outcome import Evidence, Outcome, Rules, Stage, Status
from harness.records.run import RunConfig
from harness.runs import report
from harness.runs.folder import RunFolder
from harness.suites.locate import environment_variable
from harness.tools.yosys import Structure
from harness.tools.yosys_mapping import MappedFigures

REPOSITORY = Path(__file__).parents[2]
FORMATS = (REPOSITORY / "docs" / "file-formats.md").read_text()
METHOD = (REPOSITORY / "docs" / "method.md").read_text()
README = (REPOSITORY / "README.md").read_text()
FLAT = " ".join(FORMATS.split())
CONFIG = RunConfig(
    *("core", "1", "sha256:a", "spec-to-rtl", "default", "m", {"n": 5}, "sha256:p"),
    *(("syntax",), {"iverilog": "11"}, "bwrap", 1, "0.1"),
)


def example(start: str) -> dict[str, Any]:
    """The indented JSON line after a sentence."""
    text = FORMATS[FORMATS.index(start) :]
    found = json.loads("".join(re.findall(r"^    (.*)$", text.split("\n\n")[1], re.MULTILINE)))
    assert isinstance(found, dict)
    return found


def listed(start: str, end: str) -> str:
    """Without what braces explain."""
    text = FLAT[FLAT.index(start) + len(start) :]
    text = text[: text.index(end)]
    while "{" in text:
        text = re.sub(r"\{[^{}]*\}", "", text)
    return text


def names(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


def test_the_outcomes_are_those_of_the_code_in_the_same_order() -> None:
    table = FORMATS[FORMATS.index("## Outcomes") : FORMATS.index("## Exit codes")]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [str(outcome) for outcome in Outcome]


def test_pass_says_every_kind_of_evidence() -> None:
    [row] = re.findall(r"^\| `pass` \| .*$", FORMATS, re.MULTILINE)
    assert set(names(row)) == {"pass", "evidence"} | {str(evidence) for evidence in Evidence}


def test_the_statuses_are_those_of_the_code() -> None:
    assert set(names(listed("A stage's `status` is ", ". `measured`"))) == {str(status) for status in Status}


def test_a_line_of_completions_has_the_keys_that_are_shown() -> None:
    shown = example("`completions.jsonl`, one line a reply:")
    line = Answer("a", 0, Completion("x", latency=1.0)).to_json()
    assert list(line) == list(shown)
    assert list(line["usage"]) == list(shown["usage"])
    assert list(line["measured"]) == list(shown["measured"])
    assert Answer.from_json(shown).to_json() == shown
    assert Answer("a", 0, Completion("x"), is_code=True).to_json()["is_code"] is True
    assert '`"is_code": true`' in FORMATS


def test_a_line_of_grades_has_the_keys_that_are_shown() -> None:
    shown = example("`grades.jsonl`, one line a graded")
    assert list(Grade("a", 0, Outcome.PASS).to_json()) == list(shown)
    assert Grade.from_json(shown).to_json() == shown
    order = [str(stage) for stage in Stage]
    assert [name for name in order if name in shown["stages"]] == list(shown["stages"])
    facts = Structure(1, 1, 0, 0, 0).facts() | MappedFigures(3, 2.0).facts()
    assert set(shown["stages"]["synthesize"]) == {"status", *facts}
    assert set(shown["stages"]["simulate"]) == {"status", "checked", "failed"}
    assert set(shown["measured"]) == set(shown["stages"])


def test_a_log_is_named_as_written() -> None:
    assert "`logs/<first 32 hex digits>.log`" in FORMATS
    assert RunFolder(Path("r"), CONFIG).log_path("sha256:" + "0123456789abcdef" * 4) == Path(
        "r/logs/" + "0123456789abcdef" * 2 + ".log"
    )


def test_run_json_has_the_keys_that_are_listed() -> None:
    found = CONFIG.to_json("r")
    text = "`run.json`: "
    assert set(re.findall(r"`(\w+)[`{]", listed_raw(text, "`completions.jsonl`"))) == set(found)
    assert "`suite{name, version, digest}`" in FORMATS
    assert set(found["suite"]) == {"name", "version", "digest"}


def listed_raw(start: str, end: str) -> str:
    text = FLAT[FLAT.index(start) + len(start) :]
    return text[: text.index(end)]


def test_a_runs_name_is_built_as_written() -> None:
    assert "`<suite>-<task>-<model>-<8 hex of the parameters>`" in FORMATS
    assert re.fullmatch(r"core-spec-to-rtl-m-[0-9a-f]{8}", CONFIG.default_name())


def summary(tmp_path: Path) -> dict[str, Any]:
    with RunFolder.create(tmp_path / "r", CONFIG) as folder:
        for outcome in (Outcome.PASS, Outcome.MISMATCH):
            grade = Grade("a", 0, outcome, ratio={"area": 1.0}, official=Official(".", True))
            folder.append_grade(grade, "")
        return report.rebuild(folder, (1,))


def test_summary_json_has_the_keys_that_are_listed(tmp_path: Path) -> None:
    found = summary(tmp_path)
    identity = {"run", "suite", "task", "rules", "track", "model", "tools"}
    assert identity <= set(CONFIG.to_json("r"))
    always = listed_raw("`summary.json` is derived and deterministic: ", "and where they apply")
    assert set(re.findall(r"`(\w+)[`{]", always)) | identity == set(found)
    row = Row(Outcome.PASS, "text", frozenset({"function"}), (("area", 2.0),), Official(".", True), frozenset())
    facts = {"a": ProblemFacts("c", "easy", True), "b": ProblemFacts("c", "easy", False)}
    whole = summarise({}, facts, {"a": [row], "b": [row]}, (1,), lambda verdicts: {"pass_rate": 1.0})
    assert set(whole) - set(found) == {"without_quarantine", "official"}
    assert "`without_quarantine{problems, metrics}`" in FORMATS
    assert set(whole["without_quarantine"]) == {"problems", "metrics"}
    assert {"pass_rate", "codes", "passed"} <= set(whole["official"])
    assert set(whole["metrics"]["function"]["pass@1"]) == set(words("`metrics{function: "))
    assert {key for key in whole["ppa"]["area"] if "@" not in key} == set(words("`ppa{area: "))


def words(start: str) -> list[str]:
    """The names in the innermost braces after ``start``."""
    inner = re.search(r"\{([\w, ]+)\}", FLAT[FLAT.index(start) + len(start) :])
    assert inner
    return inner[1].split(", ")


def test_the_exit_codes_are_those_of_the_errors() -> None:
    text = FORMATS[FORMATS.index("## Exit codes") : FORMATS.index("## A run")]
    assert (HarnessError.exit_code, ConfigError.exit_code) == (1, 2)
    assert "1 the harness's own trouble" in text
    assert "2 wrong use" in text


def test_a_suites_environment_variable_is_built_as_written() -> None:
    assert "`HARNESS_SUITE_<NAME>` (upper case, `_` for `-` and `.`)" in FORMATS
    assert environment_variable("rtllm-1.1") == "HARNESS_SUITE_RTLLM_1_1"


def test_the_verdict_line_is_the_one_that_testbenches_print() -> None:
    line = re.search(r"^    (HARNESS <KEY.*)$", FORMATS, re.MULTILINE)
    assert line
    printed = r"HARNESS %h checked=%0d failed=%0d first="
    for bench in sorted((REPOSITORY / "testbenches" / "core").glob("*/tb.*v")):
        assert printed in bench.read_text(), bench
    assert re.sub(r"<[^>]*>", "@", line[1]) == "HARNESS @ checked=@ failed=@ first=@"


def test_the_page_on_method_states_the_limits_of_the_code() -> None:
    limits = Limits(1, 1)
    assert "SIGKILL two seconds later" in METHOD
    assert GRACE_CPU_S == 2
    assert "A wall limit twelve times as large" in METHOD
    assert WALL_PER_CPU == 12
    assert "2 GiB and write files of 64 MiB" in METHOD
    assert (limits.memory_bytes, limits.file_bytes) == (2048 * MEGABYTE, 64 * MEGABYTE)


@pytest.mark.parametrize("page", sorted(REPOSITORY.glob("*.md")) + sorted(REPOSITORY.glob("docs/*.md")), ids=str)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", [README, FORMATS, METHOD], ids=["README", "file-formats", "method"])
def test_every_command_and_module_that_a_page_names_is_there(page: str) -> None:
    commands = set(re.findall(r"`harness ([a-z][a-z-]*)", page)) | set(
        re.findall(r"^    harness ([a-z-]+)", page, re.M)
    )
    assert commands <= set(COMMANDS)
    files = set(re.findall(r"`((?:harness|problems|testbenches|docs)/[\w./*-]+)`", page))
    assert [name for name in files if not list(REPOSITORY.glob(name.rstrip("/")))] == []


def test_rules_are_named_on_the_page_on_method() -> None:
    for rules in (Rules.OFFICIAL, Rules.BOTH):
        assert f"`--rules {rules}`" in METHOD
