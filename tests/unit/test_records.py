"""Records survive the way to disk and back, and identities change exactly with what they stand for."""

import dataclasses
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.records.completion import Answer, Completion, Usage
from harness.records.grade import Candidate, Grade, Official, StageResult, digest_text
from harness.records.outcome import Evidence, Outcome, Stage, Status, Task
from harness.records.problem import Clock, Port, Problem, Reset, SourceFile, Suite, Testbench
from harness.records.run import RunConfig
from harness.runs.jsonl import dump_line

COUNT = st.integers(0, 10**9)
TEXT = st.text(max_size=40)
ANY_TEXT = st.text(st.characters(), max_size=40)
"""Lone surrogates too: a server may send them."""
MAYBE = st.none() | TEXT
SECONDS = st.integers(0, 10**6).map(lambda value: value / 10000)
JSON = st.none() | st.booleans() | COUNT | TEXT | st.lists(COUNT, max_size=3) | st.dictionaries(TEXT, COUNT, max_size=3)
FACTS = st.dictionaries(TEXT.filter(lambda name: name != "status"), JSON, max_size=4)

COMPLETIONS = st.builds(
    Completion,
    text=ANY_TEXT,
    reasoning=MAYBE,
    finish_reason=MAYBE,
    error=MAYBE,
    usage=st.builds(Usage, *[st.none() | COUNT] * 3),
    cost_usd=st.none() | st.floats(0, 1e6),
    model=MAYBE,
    latency=st.none() | SECONDS,
)
ANSWERS = st.builds(Answer, TEXT, COUNT, COMPLETIONS, COUNT, st.booleans())
GRADES = st.builds(
    Grade,
    problem=TEXT,
    sample=COUNT,
    outcome=st.sampled_from(Outcome),
    round=COUNT,
    evidence=st.none() | st.sampled_from(Evidence),
    message=MAYBE,
    official=st.none() | st.builds(Official, TEXT, st.booleans(), st.none() | COUNT),
    stages=st.dictionaries(st.sampled_from(Stage), st.builds(StageResult, st.sampled_from(Status), FACTS), max_size=4),
    ratio=st.dictionaries(st.sampled_from(["area", "delay", "power"]), st.floats(0.001, 1000)),
    candidate=TEXT,
    inputs=TEXT,
    log=MAYBE,
    sandbox=TEXT,
    measured=st.dictionaries(TEXT, SECONDS, max_size=3),
)
CONFIGS = st.builds(
    RunConfig,
    suite=st.sampled_from(["core", "verilog-eval-v2"]),
    suite_version=TEXT,
    suite_digest=TEXT,
    task=st.sampled_from(["spec-to-rtl", "code-completion"]),
    rules=TEXT,
    model=ANY_TEXT,
    params_requested=st.dictionaries(TEXT, JSON, max_size=3),
    prompt_digest=TEXT,
    stages=st.lists(TEXT, max_size=3).map(tuple),
    tools=st.dictionaries(TEXT, TEXT, max_size=3),
    sandbox=TEXT,
    seed=COUNT,
    harness_version=TEXT,
    params_sent=st.dictionaries(TEXT, JSON, max_size=3),
    track=TEXT,
    answers=MAYBE,
    backend=st.dictionaries(TEXT, TEXT, max_size=2),
)


def there_and_back(value: dict[str, Any]) -> dict[str, Any]:
    line = dump_line(value)
    assert line.count(b"\n") == 1
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


@given(ANSWERS)
def test_an_answer_survives_its_line(answer: Answer) -> None:
    assert Answer.from_json(there_and_back(answer.to_json())) == answer


@given(GRADES)
def test_a_grade_survives_its_line(grade: Grade) -> None:
    assert Grade.from_json(there_and_back(grade.to_json())) == grade


@given(CONFIGS)
def test_a_run_survives_its_document(config: RunConfig) -> None:
    assert RunConfig.from_json(there_and_back(config.to_json("name"))) == config


@pytest.mark.parametrize("wrong", [{}, {"problem": "a"}, {"problem": "a", "sample": "x", "text": ""}])
def test_a_line_of_another_shape_is_no_answer(wrong: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Answer.from_json(wrong)


@pytest.mark.parametrize(
    "change", [{"outcome": "fine"}, {"stages": {"polish": {"status": "pass"}}}, {"stages": {"syntax": {}}}]
)
def test_a_word_that_is_in_no_enum_is_no_grade(change: dict[str, Any]) -> None:
    line = Grade("a", 0, Outcome.PASS).to_json()
    assert Grade.from_json(line)
    with pytest.raises((KeyError, ValueError)):
        Grade.from_json({**line, **change})


@given(CONFIGS)
def test_a_runs_name_is_safe_as_a_folders_name(config: RunConfig) -> None:
    name = config.default_name()
    assert re.fullmatch(r"(core|verilog-eval-v2)-(spec-to-rtl|code-completion)-[A-Za-z0-9._+=-]+-[0-9a-f]{8}", name)
    assert len(name) < 120


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        ("openai/gpt-4o", "openai-gpt-4o"),
        ("my models.py:Echo", "my-models.py-Echo"),
        ("../../etc/passwd", "etc-passwd"),
        ("模型", "model"),
        ("", "model"),
        ("a/" + "x" * 200, "x" * 60),
    ],
)
def test_a_models_name_is_shown_as_far_as_it_can_be(model: str, shown: str) -> None:
    assert dataclasses.replace(CONFIG, model=model).default_name() == (
        f"core-spec-to-rtl-{shown}-{dataclasses.replace(CONFIG, model=model).parameters_digest}"
    )


CONFIG = RunConfig(
    *("core", "1", "sha256:a", "spec-to-rtl", "default", "m", {"n": 5}, "sha256:p"),
    *(("syntax",), {"iverilog": "11"}, "bwrap", 1, "0.1"),
)
DECIDING: dict[str, Any] = {
    **{"suite": "x", "suite_digest": "x", "task": "x", "rules": "x", "model": "x", "params_requested": {"n": 6}},
    **{"prompt_digest": "x", "seed": 2, "track": "x", "answers": "x", "backend": {"file": "x"}},
}
CIRCUMSTANCES: dict[str, Any] = {"stages": ("x",), "tools": {}, "sandbox": "x", "harness_version": "x"}


@pytest.mark.parametrize("name", DECIDING)
def test_what_decides_the_answers_is_in_the_runs_name(name: str) -> None:
    assert dataclasses.replace(CONFIG, **{name: DECIDING[name]}).parameters_digest != CONFIG.parameters_digest


@pytest.mark.parametrize("name", [*CIRCUMSTANCES, "params_sent"])
def test_under_what_a_run_was_graded_is_not(name: str) -> None:
    changed = dataclasses.replace(CONFIG, **{name: CIRCUMSTANCES.get(name, {"t": 1})})
    assert changed != CONFIG
    assert changed.default_name() == CONFIG.default_name()


A, B = SourceFile("a.v", "module a; endmodule"), SourceFile("b.v", "module b; endmodule")
PROBLEM = Problem(
    name="p",
    title="t",
    category="c",
    difficulty="easy",
    top="a",
    language="verilog",
    spec="s",
    golden=(A,),
    given=(B,),
    tasks=(Task.SPEC_TO_RTL,),
    ports=(Port("x", "input", 1),),
    testbench=Testbench("verilog", (A,), 1, 1),
    official={"test": A, "reference": B},
)
BENCH = PROBLEM.testbench
CHANGES: dict[str, dict[str, Any]] = {
    "name": {"name": "q"},
    "top": {"top": "b"},
    "language": {"language": "systemverilog"},
    "spec": {"spec": "s "},
    "header": {"header": "module a;"},
    "golden text": {"golden": (SourceFile("a.v", "module a;  endmodule"),)},
    "golden name": {"golden": (SourceFile("c.v", A.text),)},
    "golden or given": {"golden": (A, B), "given": ()},
    "ports": {"ports": (Port("x", "input", 2),)},
    "signed": {"ports": (Port("x", "input", 1, True),)},
    "parameters": {"parameters": {"W": 1}},
    "clocks": {"clocks": (Clock("x", "posedge", 10),)},
    "resets": {"resets": (Reset("x", "high", "sync"),)},
    "testbench": {"testbench": dataclasses.replace(BENCH, files=(B,))},
    "kind": {"testbench": dataclasses.replace(BENCH, kind="cocotb")},
    "seeds": {"testbench": dataclasses.replace(BENCH, seeds=2)},
    "cpu_s": {"testbench": dataclasses.replace(BENCH, cpu_s=2)},
    "seeded": {"testbench": dataclasses.replace(BENCH, seeded=False)},
    "compiled or beside": {"testbench": dataclasses.replace(BENCH, files=(), support=(A,))},
    "official roles": {"official": {"reference": A, "test": B}},
}


@pytest.mark.parametrize("what", CHANGES)
def test_everything_that_a_verdict_can_depend_on_is_in_a_problems_digest(what: str) -> None:
    digests = {PROBLEM.digest, dataclasses.replace(PROBLEM, **CHANGES[what]).digest}
    assert len(digests) == 2
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in digests)


def test_where_a_problem_lies_is_not_in_its_digest() -> None:
    assert dataclasses.replace(PROBLEM, origin="/elsewhere/problem.toml").digest == PROBLEM.digest


def test_a_suites_digest_is_that_of_its_problems_in_order(tmp_path: Any) -> None:
    other = dataclasses.replace(PROBLEM, name="q")
    suites = [
        Suite("s", version, tmp_path, problems) for version in "12" for problems in ((PROBLEM, other), (other, PROBLEM))
    ]
    assert len({suite.digest for suite in suites}) == 4
    assert suites[0].digest == Suite("s", "1", tmp_path / "x", (PROBLEM, other), defects=("one",)).digest
    assert suites[0].problem("q") is other
    assert suites[0].problem("r") is None


@given(ANY_TEXT, ANY_TEXT)
def test_texts_have_one_digest_each(one: str, other: str) -> None:
    assert (digest_text(one) == digest_text(other)) == (one == other)
    assert Candidate(one).digest == digest_text(one)
