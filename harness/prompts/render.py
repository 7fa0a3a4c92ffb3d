"""Messages from templates.

A style is a folder ``templates/<style>/`` with ``<task>.j2`` (what the user says) and, if there is to be a system
message, ``system.j2``; or the path of a user's own such folder, or of one file, beside which a ``system.j2`` may lie.
Templates are Jinja2 (an undefined variable is an error) and know these variables:

    task, top, title, category, language    as in problem.toml
    spec                                    the specification's text
    header                                  the module header; "" where the problem has none
    given                                   list of {name, text}: sources that are compiled in
    ports                                   list of {name, direction, width, signed}
    parameters                              name → value
    masked                                  {before, after}: a design's text around the line that is asked for, or empty

Worked examples are earlier turns of the same conversation, made by the same template, with empty ``title``,
``category``, ``given``, ``ports`` and ``parameters``. Golden design and testbench are not reachable from a template,
but for what of the golden design stands around a line that is asked for.
"""

import difflib
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from harness.errors import ConfigError
from harness.prompts.header import module_header
from harness.prompts.shots import Example, first_examples
from harness.records.completion import Message
from harness.records.outcome import Task
from harness.records.problem import Problem

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
VERILOG_EVAL, RTLLM = "verilog-eval", "rtllm"
"""Styles without a template: the forms in which these suites ask."""

_HEADER = re.compile(r"^[ \t]*module\s+[A-Za-z_]\w*\s*(?:#\s*)?[(;]", re.MULTILINE | re.ASCII)
"""Where a module begins at the beginning of a line."""


def build_messages(problem: Problem, task: Task, *, style: str = "default", shots: int = 0) -> tuple[Message, ...]:
    """The conversation that asks for one answer: system text, ``shots`` worked examples, the question.

    Raises ConfigError for an unknown style, too many shots, and a template that is broken or asks for an unknown
    variable (with file, line and variable).
    """
    folder, name = _locate(style, task)
    variables = _variables(problem, task)
    messages: list[Message] = []
    if (folder / "system.j2").is_file():
        messages.append(Message.of("system", _render(folder, "system.j2", variables)))
    for example in first_examples(task, shots):
        question = _render(folder, name, _example_variables(example, variables))
        answer = f"```{variables['language']}\n" + example.answer.strip("\n") + "\n```"
        messages += [Message.of("user", question), Message.of("assistant", answer)]
    asked = _render(folder, name, variables)
    if not asked.strip():
        raise ConfigError(f"{folder / name}: makes an empty prompt of problem {problem.name}")
    return (*messages, Message.of("user", asked))


def prompt_text(messages: Sequence[Message], *, goes_on: bool = False) -> str:
    """The same conversation as one text for a base model, which goes on after the last ``Answer:``.

    ``goes_on``: right behind the question, as where ``ends_inside_a_module`` says that it can.
    The extractor cuts what a base model adds from the next ``Question:`` on; as a stop sequence it saves tokens.
    """
    if goes_on:
        return "\n\n".join(message.text for message in messages)
    labels = {"system": "", "user": "Question:\n", "assistant": "Answer:\n"}
    parts = [labels[message.role] + message.text for message in messages]
    return "\n\n".join([*parts, "Answer:\n"])


def ends_inside_a_module(messages: Sequence[Message]) -> bool:
    """Whether a single question ends with a header, and perhaps comments and declarations, of a module that is not
    closed: the text to go on from, as VGen and VerilogEval publish it."""
    found = list(_HEADER.finditer(messages[-1].text)) if _is_one_question(messages) else []
    if not found:
        return False
    text = messages[-1].text
    rest, line = text[found[-1].end() :], text.rstrip().rpartition("\n")[2].strip()
    open_still = "endmodule" not in rest and "```" not in rest
    return open_still and (line.startswith("//") or line.endswith((";", "begin")))


def _is_one_question(messages: Sequence[Message]) -> bool:
    """Without worked examples as turns, and without rounds."""
    return sum(message.role != "system" for message in messages) == 1


def plain_text(messages: Sequence[Message]) -> str:
    """One text for whatever answers it: a single question behind the system's text; a conversation with its turns
    named, as for a base model."""
    if not _is_one_question(messages):
        return prompt_text(messages)
    return "\n\n".join(message.text for message in messages)


def prompt_digest(prompts: Mapping[str, Sequence[Message]]) -> str:
    """``sha256:…`` over the messages of every problem, by problem name; independent of the mapping's order."""
    digest = hashlib.sha256()
    for problem in sorted(prompts):
        parts = [problem, *(part for message in prompts[problem] for part in (message.role, message.text))]
        digest.update(len(parts).to_bytes(8, "little"))
        for part in parts:
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "little") + data)
    return f"sha256:{digest.hexdigest()}"


def styles() -> tuple[str, ...]:
    """The names of the styles that come with the package."""
    return tuple(sorted(folder.name for folder in TEMPLATES.iterdir() if folder.is_dir()))


def _locate(style: str, task: Task) -> tuple[Path, str]:
    """Folder and file of the template that asks the question."""
    if style in styles():
        return _of_folder(TEMPLATES / style, style, task)
    own = Path(style)
    if style and own.is_dir():
        return _of_folder(own.resolve(), style, task)
    if own.is_file():
        return own.resolve().parent, own.name
    if own.suffix or "/" in style:
        raise ConfigError(f"--style {style}: no such file")
    near = difflib.get_close_matches(style, (*styles(), VERILOG_EVAL, RTLLM, "official"), 1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    known = ", ".join((*styles(), VERILOG_EVAL, RTLLM))
    raise ConfigError(
        f"--style {style}: unknown style.{hint} Known: {known}; official, where a suite has a prompt of its own; "
        "the path of a template (.j2), or of a folder of them"
    )


def _of_folder(folder: Path, style: str, task: Task) -> tuple[Path, str]:
    if not (folder / f"{task}.j2").is_file():
        raise ConfigError(f"--style {style}: has no template for the task {task} ({task}.j2)")
    return folder, f"{task}.j2"


def _variables(problem: Problem, task: Task) -> dict[str, Any]:
    wants_header = bool(problem.header or problem.ports or task is Task.CODE_COMPLETION)
    return {
        "task": str(task),
        "top": problem.top,
        "title": problem.title,
        "category": problem.category,
        "language": problem.language,
        "spec": problem.spec,
        "header": module_header(problem) if wants_header else "",
        "given": [{"name": source.name, "text": source.text} for source in problem.given],
        "ports": [
            {"name": port.name, "direction": port.direction, "width": port.width, "signed": port.signed}
            for port in problem.ports
        ],
        "parameters": dict(problem.parameters),
        "masked": {"before": problem.masked.before, "after": problem.masked.after} if problem.masked else {},
    }


def _example_variables(example: Example, asked: Mapping[str, Any]) -> dict[str, Any]:
    empty = {"title": "", "category": "", "given": [], "ports": [], "parameters": {}}
    return {**asked, **empty, "top": example.top, "spec": example.spec, "header": example.header}


@lru_cache(maxsize=8)
def _environment(folder: Path) -> "Environment":
    """Sandboxed: a style file may come from somebody else, and has no business beyond its variables."""
    try:
        from jinja2 import FileSystemLoader, StrictUndefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment
    except ImportError as error:
        raise ConfigError("prompts need jinja2: pip install 'jinja2>=3.1'") from error
    loader = FileSystemLoader([folder, TEMPLATES])
    return ImmutableSandboxedEnvironment(
        loader=loader, undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )


def _render(folder: Path, name: str, variables: Mapping[str, Any]) -> str:
    environment = _environment(folder)
    from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

    path = folder / name
    try:
        return environment.get_template(name).render(variables).strip("\n")
    except TemplateSyntaxError as error:
        raise ConfigError(f"{error.filename or path}:{error.lineno}: {error.message}") from error
    except TemplateNotFound as error:
        raise ConfigError(f"{path}: no such template: {error.name}") from error
    except UndefinedError as error:
        known = ", ".join(variables)
        place = _failing_line(error.__traceback__, path)
        raise ConfigError(f"{place}: {error.message} (variables: {known})") from error
    except Exception as error:  # any expression may stand in a user's template, and fail in any way
        place = _failing_line(error.__traceback__, path)
        raise ConfigError(f"{place}: {type(error).__name__}: {_one_line(str(error))}") from error


def _failing_line(trace: TracebackType | None, path: Path) -> str:
    """``file:line`` of the innermost template frame (jinja2 gives its frames the template's file and lines)."""
    place = str(path)
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file == str(path) or file.endswith(".j2"):
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
