"""The texts of which VerilogEval v2 makes its prompts, read from the scripts of the user's checkout.

They belong to their authors and are not shipped. The script is parsed, never run.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.records.outcome import Task

SCRIPT = "scripts/sv-generate"
OFFICIAL_TASK: Mapping[Task, str] = {
    Task.SPEC_TO_RTL: "spec-to-rtl",
    Task.CODE_COMPLETION: "code-complete-iccad2023",
}
"""What the suite calls a task, in folder and file names."""
MOST_SHOTS = 4
_SUFFIXES = {"prompt_rules_suffix": "rules", "prompt_no_explain_suffix": "request"}
_TASK_TEXTS = {"system_msg": "system", "prompt_prefix": "prefix"}


@dataclass(frozen=True, slots=True)
class PromptTexts:
    texts: Mapping[str, str] = field(default_factory=dict)
    """``system``, ``prefix``, ``rules``, ``request``, and ``shots-1`` … ``shots-4`` as far as they are there."""
    defects: tuple[str, ...] = ()
    """One line for each text that is not there; it names the file."""


def read_prompt_texts(root: Path, task: Task) -> PromptTexts:
    """The prompt texts of one task. What is missing becomes a defect, and the others are read all the same."""
    name = OFFICIAL_TASK[task]
    texts: dict[str, str] = {}
    defects: list[str] = []
    try:
        texts |= parse_script((root / SCRIPT).read_text("utf-8"), name)
    except (OSError, ValueError, SyntaxError) as error:
        defects.append(f"{SCRIPT}: {_reason(error)}; official prompts cannot be made")
    for shots in range(1, MOST_SHOTS + 1):
        path = f"scripts/verilog-example-prefix_{name}_{shots}-shot.txt"
        try:
            texts[f"shots-{shots}"] = (root / path).read_text("utf-8")
        except (OSError, ValueError) as error:
            defects.append(f"{path}: {_reason(error)}; official prompts with {shots} shots cannot be made")
    return PromptTexts(texts, tuple(defects))


def parse_script(source: str, task: str) -> dict[str, str]:
    """The four prompt texts that the script assigns for a task. Raises ValueError or SyntaxError."""
    found: dict[str, object] = {}
    for node in ast.parse(source).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in _SUFFIXES:
                found[_SUFFIXES[name]] = ast.literal_eval(value)
            case ast.Assign(targets=[ast.Subscript(ast.Name(id="prompts"), ast.Constant(value=key))], value=value):
                if key == task:
                    assigned = ast.literal_eval(value)
                    found |= {ours: assigned.get(theirs) for theirs, ours in _TASK_TEXTS.items()}
    texts = {name: text for name, text in found.items() if isinstance(text, str)}
    missing = [name for name in (*_TASK_TEXTS.values(), *_SUFFIXES.values()) if name not in texts]
    if missing:
        raise ValueError(f"it assigns no {' and no '.join(missing)} text for {task}")
    return texts


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "missing"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    if isinstance(error, OSError):
        return error.strerror or "not readable"
    if isinstance(error, SyntaxError):
        return f"line {error.lineno} is not Python"
    return str(error)
