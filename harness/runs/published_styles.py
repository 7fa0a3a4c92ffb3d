"""The forms in which published suites ask, for the problems of any suite: ``--style verilog-eval`` and ``rtllm``.

A suite that has such a form of its own is asked as published, character for character. The words of VerilogEval belong
to its authors: they are read from the user's checkout. RTLLM's form is the description alone.
"""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from harness.errors import ConfigError
from harness.prompts.header import module_header
from harness.prompts.render import RTLLM, VERILOG_EVAL
from harness.records.completion import Message
from harness.records.outcome import Task
from harness.records.problem import Problem, Suite
from harness.rules.official import OfficialRules
from harness.rules.verilog_eval_v2 import VerilogEvalV2Rules, in_published_words
from harness.suites.locate import environment_variable, find_reader, find_root
from harness.suites.verilog_eval_texts import OFFICIAL_TASK, PromptTexts, read_prompt_texts

PUBLISHED_STYLES = (VERILOG_EVAL, RTLLM)
_CHECKOUT = "verilog-eval-v2"


def published_messages(
    style: str, suite: Suite, rules: OfficialRules | None, problem: Problem, task: Task, shots: int
) -> tuple[Message, ...]:
    """One of ``PUBLISHED_STYLES``. ``rules``: the suite's own. Raises ConfigError for what its authors never asked."""
    if style == RTLLM:
        return _as_rtllm(problem, task, shots)
    if task not in OFFICIAL_TASK:
        there = " and ".join(OFFICIAL_TASK)
        raise ConfigError(f"--style {style}: VerilogEval publishes prompts for {there}, not for {task}")
    if isinstance(rules, VerilogEvalV2Rules) and suite.assets:
        return rules.messages(suite, problem, task, shots)
    return in_published_words(_checkout(suite, task), task, _asked(problem, task), shots)


def _as_rtllm(problem: Problem, task: Task, shots: int) -> tuple[Message, ...]:
    if task is not Task.SPEC_TO_RTL:
        raise ConfigError(f"--style {RTLLM}: RTLLM publishes prompts for {Task.SPEC_TO_RTL}, not for {task}")
    if shots:
        raise ConfigError(f"--style {RTLLM}: RTLLM publishes no examples: --shots {shots} needs --style default")
    return (Message.of("user", _described(problem)),)


def _checkout(suite: Suite, task: Task) -> Suite:
    """Of ``suite`` all but the folder and the texts, which are those of the user's checkout of VerilogEval."""
    try:
        root = find_root(find_reader(_CHECKOUT), None)
    except ConfigError as error:
        raise ConfigError(
            f"--style {VERILOG_EVAL}: its words come from a checkout of VerilogEval v2, and none is here. Give the "
            f"folder by {environment_variable(_CHECKOUT)}, or let `make suites` fetch it"
        ) from error
    return replace(suite, root=root, assets=_texts(root, task).texts)


@lru_cache(maxsize=4)
def _texts(root: Path, task: Task) -> PromptTexts:
    return read_prompt_texts(root, task)


def _asked(problem: Problem, task: Task) -> str:
    """For a completion every line of the specification a comment, then the header, as VerilogEval has it."""
    if task is not Task.CODE_COMPLETION:
        return _described(problem)
    header = module_header(problem)
    if all(line in header for line in problem.spec.splitlines()):
        return header  # the published header holds its own comments
    comments = [f"// {line}".rstrip() for line in _described(problem).replace(header.strip(), "").strip().splitlines()]
    return "\n".join([*comments, "", header])


def _described(problem: Problem) -> str:
    """The specification, and the sources that are compiled in, of which no published form knows."""
    parts = [problem.spec.strip("\n")]
    for source in problem.given:
        code = source.text.strip("\n")
        parts.append(f"`{source.name}` is given and is compiled in; do not repeat it:\n\n```verilog\n{code}\n```")
    return "\n\n".join(parts) if problem.given else problem.spec
