"""VerilogEval v1's files of samples (NVlabs/verilog-eval, release/1.0.0): JSONL of ``task_id`` and ``completion``.

Samples that were graded under its official rules have ``result`` and ``passed`` besides, as in its results file. A
completion is the text behind the problem's module header.
"""

import json
from collections.abc import Iterator
from typing import Any

from harness.errors import ConfigError
from harness.records.problem import Suite
from harness.runs.exports.answers import Sample, samples, suite_of
from harness.runs.exports.completion import completion_of
from harness.runs.exports.source import Files, Format, Source
from harness.wording import counted


def _samples(source: Source) -> Files:
    suite = suite_of(source)
    if not any(problem.header for problem in suite.problems):
        raise ConfigError(f"completions go on from a module header, and the problems of {suite.name} have none")
    return [("samples.jsonl", _lines(source, suite))]


def _lines(source: Source, suite: Suite) -> Iterator[bytes]:
    other = 0
    for row in samples(source, suite):
        for sample in row:
            text, same = completion_of(sample.problem.header, sample.problem.top, sample.code)
            other += not same
            yield json.dumps(_line(sample, text)).encode() + b"\n"
    if other:
        source.warnings.append(
            f"{counted(other, 'answer')} with a module header (or text ahead of it) that is not the problem's: their "
            "bodies go on from the problem's own header, under which a verdict can be another one"
        )


def _line(sample: Sample, completion: str) -> dict[str, Any]:
    line = {"task_id": sample.problem.name, "completion": completion}
    official = sample.grade.official if sample.grade else None
    if official is None or official.result is None:
        return line
    return {**line, "result": official.result, "passed": official.passed}


SAMPLES = Format("VerilogEval v1's samples: the text behind each module header (needs the suite)", _samples)
