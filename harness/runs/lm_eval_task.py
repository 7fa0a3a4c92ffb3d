"""A suite as a task of lm-evaluation-harness: a folder for its ``--include_path``.

Format: docs/new_task_guide.md and task_guide.md of EleutherAI/lm-evaluation-harness, 0.4. The prompts are written down;
what grades the replies stays here (harness.reward.lm_eval), so the folder works where this package is installed.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from harness.errors import ConfigError
from harness.prompts.render import plain_text
from harness.runs.asking import messages_for
from harness.runs.folder import write_whole
from harness.runs.options import RunOptions
from harness.runs.session import Session, open_session
from harness.suites.locate import load_suite

PROMPTS = "problems.jsonl"
MODULE = "verdict"
MAX_TOKENS = 4096
"""Of a reply, where the user says nothing: lm-eval's own 256 would cut most designs off."""


def write_task(options: RunOptions, folder: Path) -> str:
    """Write the files of a task; returns its name. Raises ConfigError where n samples would all be the same."""
    if options.n > 1 and not options.temperature:
        raise ConfigError(f"-n {options.n}: lm-eval samples only above temperature 0; give --temperature, or -n 1")
    if options.feedback is not None:
        raise ConfigError("--feedback needs a verdict between two requests, and lm-eval has none: harness bench")
    with open_session(options) as session:
        name = f"{session.suite.name}-{options.task}"
        files = {
            f"{name}.yaml": task_yaml(name, session.suite.version, options),
            f"{MODULE}.py": verdict_module(session),
            PROMPTS: "".join(json.dumps(line) + "\n" for line in _prompts(session)),
        }
    for file, text in files.items():
        write_whole(folder / file, text)
    return name


def _prompts(session: Session) -> list[Mapping[str, str]]:
    return [
        {"problem": problem.name, "question": plain_text(messages_for(session, problem))}
        for problem in session.problems
    ]


def ks_of(options: RunOptions) -> list[int]:
    return sorted({k for k in options.k if k < options.n} | {options.n, 1})


def task_yaml(name: str, version: str, options: RunOptions) -> str:
    """The task's configuration; each value is JSON, which YAML includes."""
    sampling = {"temperature": options.temperature, "top_p": options.top_p}
    generation = {
        "until": ["\nQuestion:\n"],
        "max_gen_toks": options.max_tokens or MAX_TOKENS,
        "do_sample": bool(options.temperature),
        **{key: value for key, value in sampling.items() if value is not None},
    }
    metrics = [{"metric": f"pass@{k}", "aggregation": "mean", "higher_is_better": True} for k in ks_of(options)]
    filters = [{"name": "all", "filter": [{"function": "take_first_k", "k": options.n}]}]
    values = {
        "task": name,
        "output_type": "generate_until",
        "test_split": "test",
        "doc_to_text": "question",
        "doc_to_target": "problem",
        "num_fewshot": 0,
        "repeats": options.n,
        "generation_kwargs": generation,
        "filter_list": filters,
        "metric_list": metrics,
        "metadata": {"version": version},
    }
    lines = [f"{key}: {json.dumps(value)}" for key, value in values.items()]
    functions = [f"{key}: !function {MODULE}.{key}" for key in ("custom_dataset", "process_results")]
    return "\n".join([lines[0], *functions, *lines[1:]]) + "\n"


def verdict_module(session: Session) -> str:
    """The Python file beside the YAML. Its digest is the whole suite's, also where the task has a part of it."""
    options = session.options
    partly = options.problems is not None or options.limit is not None
    suite = load_suite(options.suite, options.task, options.suite_path) if partly else session.suite
    path = None if options.suite_path is None else str(Path(options.suite_path).resolve())
    return (
        f'"""Prompts and verdicts of {suite.name}. Written by: harness prompts --format lm-eval"""\n\n'
        "from pathlib import Path\n\n"
        "from harness.reward.lm_eval import LmEvalTask\n\n"
        "_task = LmEvalTask(\n"
        f"    Path(__file__).with_name({PROMPTS!r}),\n"
        f"    suite={options.suite!r},\n    suite_path={path!r},\n    task={str(options.task)!r},\n"
        f"    digest={suite.digest!r},\n    ks={ks_of(options)!r},\n"
        ")\n"
        "custom_dataset = _task.problems\n"
        "process_results = _task.verdict\n"
    )
