"""The answers of a run as the Verilog that was graded, which only the suite's own problems can say."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.errors import ConfigError
from harness.records.completion import Answer
from harness.records.grade import Grade
from harness.records.outcome import Rules, Task
from harness.records.problem import Problem, Suite
from harness.rules import find_rules
from harness.runs.asking import Extraction
from harness.runs.exports.source import Source
from harness.suites.locate import load_suite
from harness.wording import counted


@dataclass(frozen=True, slots=True)
class Sample:
    problem: Problem
    answer: Answer
    code: str
    """Empty where the reply holds no Verilog."""
    grade: Grade | None


def suite_of(source: Source) -> Suite:
    """Raises ConfigError where the suite is not here, or the run is of a text task."""
    config = source.folder.config
    suite = load_suite(config.suite, Task(config.task), source.suite_path)
    if any(problem.testbench.kind == "text" for problem in suite.problems):
        raise ConfigError(f"run {source.folder.name}: {suite.name} asks for lines of text, not for modules")
    return suite


def samples(source: Source, suite: Suite) -> Iterator[list[Sample]]:
    """A list a problem, in the order of the suite; of several rounds the last one counts.

    Graded or not makes no difference. What came back without a reply is left out, and counted in ``source.warnings``;
    so are candidates that are not those of the grades, since suite or extraction were others then.
    """
    config = source.folder.config
    official = find_rules(suite.official_rules) if suite.official_rules else None
    extraction = Extraction(Task(config.task), Rules(config.rules), official)
    grades = {grade.key: grade for grade in source.folder.grades()}
    places = _last_answers(source)
    without = changed = 0
    for problem in suite.problems:
        found: list[Sample] = []
        for answer in map(source.folder.answer_at, places.get(problem.name, ())):
            if answer.completion.error is not None:
                without += 1
                continue
            candidate, grade = extraction.candidate_of(problem, answer), grades.get(answer.key)
            changed += bool(grade and grade.candidate and grade.candidate != candidate.digest)
            found.append(Sample(problem, answer, candidate.code, grade))
        if found:
            yield found
    source.warnings.extend(_told(without, changed))


def _told(without: int, changed: int) -> Iterator[str]:
    if without:
        yield f"{counted(without, 'sample')} without a reply left out; those behind them move up"
    if changed:
        yield f"{counted(changed, 'candidate')} other than when graded: the suite or the harness is another version"


def _last_answers(source: Source) -> dict[str, list[int]]:
    """Problem → where the last round of each of its samples stands, in the order of the samples."""
    last: dict[tuple[str, int], tuple[int, int]] = {}
    for (problem, sample, number), (offset, _) in source.folder.answer_index().items():
        last[problem, sample] = max(last.get((problem, sample), (-1, -1)), (number, offset))
    found: dict[str, list[int]] = {}
    for (problem, _), (_, offset) in sorted(last.items()):
        found.setdefault(problem, []).append(offset)
    return found
