"""What a format of published answers is."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.models.replay import AnswersFile, unknown_tasks
from harness.records.completion import Answer, Completion
from harness.records.problem import Suite


@dataclass(frozen=True, slots=True)
class AnswerFormat:
    """One entry of ``harness.runs.imports.FORMATS``.

    ``recognise(path)`` looks at names or at the first line and never raises. ``read(path, suite)`` returns the answers
    in the order of the file; what cannot be used becomes a warning of one line that names the place, and costs nothing
    else. It raises ConfigError where nothing of the file can be read.
    """

    name: str
    title: str
    recognise: Callable[[Path], bool]
    read: Callable[[Path, Suite], AnswersFile]
    suites: frozenset[str] = field(default_factory=frozenset)
    """The only suites whose answers have this format; empty: those of any."""
    run_of: Callable[[Path], str | None] = lambda _: None
    """The parameters digest of the run whose requests these answer; None where the answers do not say."""

    def fits(self, path: Path, suite: str) -> bool:
        return (not self.suites or suite.partition("+")[0] in self.suites) and self.recognise(path)


def code_answer(problem: str, sample: int, code: str) -> Answer:
    """Verilog that is taken as it is."""
    return Answer(problem, sample, Completion(text=code), is_code=True)


def in_suite(path: Path, answers: Iterable[Answer], suite: Suite, warnings: Iterable[str] = ()) -> AnswersFile:
    """The answers to problems that the suite has. The others, and places taken twice, are counted in a warning."""
    known = {problem.name for problem in suite.problems}
    found: dict[tuple[str, int, int], Answer] = {}
    strangers: Counter[str] = Counter()
    repeated = 0
    for answer in answers:
        if answer.problem not in known:
            strangers[answer.problem] += 1
            continue
        repeated += answer.key in found
        found[answer.key] = answer
    said = [*warnings, *unknown_tasks(path.name, strangers, known)]
    if repeated:
        said.append(f"{path.name}: {repeated} answers given again for the same sample; the last one counts.")
    return AnswersFile(list(found.values()), said)


def by_stem(suite: Suite) -> Mapping[str, str]:
    """File names without case, hyphen and underscore → problem: published folders are not of one mind about these."""
    return {plain(problem.name): problem.name for problem in suite.problems}


def plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
