"""Generations as TuRTLe grades them (HPAI-BSC/TuRTLe, ``load_generations_path``): a list a problem, a sample an object.

Its evaluator reads ``generation``, ``test_path`` and ``ref_path``; the paths are those of its own checkout, for the
suites that it has.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.records.problem import Problem, Suite
from harness.runs.exports.answers import Sample, samples, suite_of
from harness.runs.exports.source import Files, Format, Source

_FOLDERS: Mapping[str, tuple[str, str]] = {
    "verilog-eval-v2": ("", "turtle/tasks/verilog-eval"),
    "rtllm-2.0": ("", "turtle/tasks/RTLLM"),
    "vgen": ("prompts-and-testbenches", "turtle/tasks/Vgen/Benchmark"),
}
"""Suite → a folder of its own checkout, and where TuRTLe keeps that folder."""


def _generations(source: Source) -> Files:
    return [("generations.json", _pieces(source, suite_of(source)))]


def _pieces(source: Source, suite: Suite) -> Iterator[bytes]:
    yield b"["
    for number, row in enumerate(samples(source, suite)):
        found = [_generation(suite, sample) for sample in row]
        yield (b",\n" if number else b"") + json.dumps(found).encode()
    yield b"]\n"


def _generation(suite: Suite, sample: Sample) -> dict[str, Any]:
    problem = sample.problem
    return {
        "task_id": _task_id(problem),
        "prompt": problem.spec,
        **_paths(suite, problem),
        "reasoning": sample.answer.completion.reasoning,
        "generation": sample.code,
    }


def _task_id(problem: Problem) -> str:
    """VGen's problems go by folder and prompt file there."""
    prompt = problem.official.get("prompt")
    is_vgen = prompt is not None and prompt.name.startswith("prompt")
    return f"{problem.name}-{Path(prompt.name).stem}" if prompt and is_vgen else problem.name


def _paths(suite: Suite, problem: Problem) -> dict[str, str]:
    test, reference = (problem.official.get(role) for role in ("test", "reference"))
    place = _FOLDERS.get(suite.name.partition("+")[0])
    if test is None or place is None:
        return {}
    own, theirs = place
    below = Path(problem.origin).parent.relative_to(suite.root / own).as_posix()
    folder = f"{theirs}/{below.replace(' ', '_')}"  # its copy of RTLLM has no spaces in names
    answer = reference.name if reference else test.name.replace("tb_", "answer_", 1)
    return {"test_path": f"{folder}/{test.name}", "ref_path": f"{folder}/{answer}"}


GENERATIONS = Format("TuRTLe's generations: each answer as Verilog, to be graded there (needs the suite)", _generations)
