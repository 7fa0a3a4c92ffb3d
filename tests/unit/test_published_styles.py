"""--style verilog-eval and --style rtllm: every suite in the form of another, or one line that says why not."""

from dataclasses import replace
from pathlib import Path

import pytest
import v1_checkout
import vgen_checkout

from harness.errors import ConfigError
from harness.prompts.render import build_messages, ends_inside_a_module, prompt_text
from harness.records.completion import Message
from harness.records.outcome import Task
from harness.records.problem import Problem, SourceFile, Suite
from harness.rules import find_rules
from harness.runs.asking import prompt_of
from harness.runs.options import RunOptions
from harness.suites.locate import load_suite

DATA = Path(__file__).parents[1] / "data"
V2, RTLLM = DATA / "verilog_eval_lookalike", DATA / "rtllm_lookalike"
CORE = "core"


@pytest.fixture(autouse=True)
def checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_SUITE_VERILOG_EVAL_V2", str(V2))


def asked(
    name: str, task: Task, style: str | None, shots: int = 0, path: Path | None = None, **changes: object
) -> tuple[Problem, tuple[Message, ...]]:
    suite: Suite = load_suite(name, task, None if path is None else str(path))
    problem = replace(suite.problems[0], **changes)  # type: ignore[arg-type]
    options = RunOptions(suite=name, task=task, style=style, shots=shots)
    rules = find_rules(suite.official_rules) if suite.official_rules else None
    return problem, prompt_of(options, suite, rules, problem)


@pytest.mark.parametrize("task", [Task.SPEC_TO_RTL, Task.CODE_COMPLETION])
@pytest.mark.parametrize("shots", range(5))
def test_on_its_own_suite_the_style_is_the_published_prompt(task: Task, shots: int) -> None:
    own = asked("verilog-eval-v2", task, "official", shots, V2)
    assert asked("verilog-eval-v2", task, "verilog-eval", shots, V2) == own


def test_a_specification_is_asked_in_the_words_of_verilog_eval() -> None:
    problem, (system, user) = asked(CORE, Task.SPEC_TO_RTL, "verilog-eval", shots=1)
    published = asked("verilog-eval-v2", Task.SPEC_TO_RTL, "official", 1, V2)[1]
    assert system == published[0]
    assert problem.spec.strip() in user.text
    begin, end = published[1].text[:40], published[1].text[-40:]
    assert user.text.startswith(begin) and user.text.endswith(end), "examples in front, the request behind"


def test_a_completion_has_the_specification_as_comments_and_ends_with_the_header() -> None:
    problem, (_, user) = asked(CORE, Task.CODE_COMPLETION, "verilog-eval")
    lines = user.text.strip().splitlines()
    header = next(number for number, line in enumerate(lines) if line.startswith(f"module {problem.top} "))
    assert all(line.startswith("//") or not line for line in lines[:header])
    assert lines[-1] == ");"
    assert all(line.strip() in user.text for line in problem.spec.splitlines())


def test_sources_that_are_compiled_in_are_shown_in_both_forms() -> None:
    given = (SourceFile("part.v", "module part(input a);\nendmodule\n"),)
    for style in ("verilog-eval", "rtllm"):
        assert given[0].text in asked(CORE, Task.SPEC_TO_RTL, style, given=given)[1][-1].text
    text = asked(CORE, Task.CODE_COMPLETION, "verilog-eval", given=given)[1][-1].text
    assert "// module part(input a);\n// endmodule\n" in text


def test_other_published_suites_are_asked_in_that_form(tmp_path: Path) -> None:
    problem, (_, user) = asked("rtllm-2.0", Task.SPEC_TO_RTL, "verilog-eval", path=RTLLM)
    assert problem.spec.strip() in user.text
    v1 = v1_checkout.make(tmp_path / "v1")
    problem, (_, user) = asked("verilog-eval-v1-human", Task.CODE_COMPLETION, "verilog-eval", path=v1)
    assert user.text.endswith(f"// What {problem.name} is.\n\n{problem.header}")
    vgen = vgen_checkout.make(tmp_path / "vgen")
    problem, (_, user) = asked("vgen", Task.CODE_COMPLETION, "verilog-eval", path=vgen)
    assert user.text.endswith(problem.header) and user.text.count("A gate of two inputs") == 1


def test_rtllms_form_is_the_description_alone() -> None:
    problem, messages = asked(CORE, Task.SPEC_TO_RTL, "rtllm", given=())
    assert messages == (Message.of("user", problem.spec),)
    assert asked("rtllm-2.0", Task.SPEC_TO_RTL, "rtllm", path=RTLLM) == asked(
        "rtllm-2.0", Task.SPEC_TO_RTL, "official", path=RTLLM
    )


@pytest.mark.parametrize(
    ("style", "task", "shots", "said"),
    [
        ("verilog-eval", Task.LINE_COMPLETION, 0, "^--style verilog-eval: .* not for line-completion$"),
        ("rtllm", Task.LINE_COMPLETION, 0, "^--style rtllm: .* not for line-completion$"),
        ("rtllm", Task.CODE_COMPLETION, 0, "^--style rtllm: .* not for code-completion$"),
        ("rtllm", Task.SPEC_TO_RTL, 2, "^--style rtllm: .* no examples: --shots 2 needs --style default$"),
        ("official", Task.SPEC_TO_RTL, 0, "^suite core has no published prompt; use --style default$"),
        ("default", Task.LINE_COMPLETION, 1, "^--shots 1: the task line-completion has no worked examples$"),
        ("verilog-evl", Task.SPEC_TO_RTL, 0, 'Did you mean "verilog-eval"'),
    ],
)
def test_what_was_never_published_is_one_line(style: str, task: Task, shots: int, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        asked(CORE, task, style, shots)


def test_without_a_checkout_the_line_names_the_ways_to_give_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("HARNESS_SUITE_VERILOG_EVAL_V2")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"HARNESS_SUITE_VERILOG_EVAL_V2, or let `make suites` fetch it$"):
        asked(CORE, Task.SPEC_TO_RTL, "verilog-eval")


def test_a_base_model_goes_on_from_a_prompt_that_ends_inside_a_module(tmp_path: Path) -> None:
    vgen = vgen_checkout.make(tmp_path / "vgen")
    problem, messages = asked("vgen", Task.CODE_COMPLETION, "official", path=vgen)
    assert ends_inside_a_module(messages)
    assert prompt_text(messages, goes_on=True) == problem.official["prompt"].text
    _, messages = asked(CORE, Task.CODE_COMPLETION, "verilog-eval", shots=2)
    assert ends_inside_a_module(messages)
    assert prompt_text(messages, goes_on=True) == f"{messages[0].text}\n\n{messages[1].text}"


def test_a_base_model_is_asked_in_turns_by_every_other_prompt(tmp_path: Path) -> None:
    vgen = vgen_checkout.make(tmp_path / "vgen")
    assert not ends_inside_a_module(asked("vgen", Task.CODE_COMPLETION, "default", path=vgen)[1])
    assert not ends_inside_a_module(asked(CORE, Task.SPEC_TO_RTL, "verilog-eval", shots=4)[1])
    closed = "Mend it:\nmodule m(input a, output y);\nendmodule\n// here;"
    assert not ends_inside_a_module((Message.of("user", closed),))
    problem = load_suite(CORE, Task.CODE_COMPLETION).problems[0]
    for shots in range(5):
        messages = build_messages(problem, Task.CODE_COMPLETION, shots=shots)
        assert not ends_inside_a_module(messages)
        assert prompt_text(messages).count("Question:\n") == shots + 1
