"""From a problem to a request, and from an answer to a candidate: where prompts and rules meet."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.errors import ConfigError
from harness.prompts.extract import extract
from harness.prompts.feedback import VERSION, Turn, follow_up
from harness.prompts.header import module_header
from harness.prompts.line import extract_line
from harness.prompts.render import build_messages, ends_inside_a_module
from harness.records.completion import Answer, Message, Request
from harness.records.grade import Candidate
from harness.records.outcome import Outcome, Rules, Task
from harness.records.problem import Problem, Suite
from harness.rules.official import OfficialRules
from harness.runs.options import RunOptions
from harness.runs.published_styles import PUBLISHED_STYLES, published_messages
from harness.runs.session import Session

OFFICIAL_STYLE = "official"
MAX_SHOTS = 4


def messages_for(session: Session, problem: Problem) -> tuple[Message, ...]:
    """The prompt: the suite's own published one where it has one and no other style is asked for."""
    return prompt_of(session.options, session.suite, session.rules, problem)


def prompt_of(options: RunOptions, suite: Suite, rules: OfficialRules | None, problem: Problem) -> tuple[Message, ...]:
    """The same without a session, for which tools are looked for. ``rules``: the suite's official ones."""
    if not 0 <= options.shots <= MAX_SHOTS:
        raise ConfigError(f"--shots {options.shots}: 0 to {MAX_SHOTS} examples")
    style = options.style or (OFFICIAL_STYLE if rules else "default")
    if style == OFFICIAL_STYLE:
        if rules is None:
            raise ConfigError(f"suite {suite.name} has no published prompt; use --style default")
        return rules.messages(suite, problem, options.task, options.shots)
    if style in PUBLISHED_STYLES:
        return published_messages(style, suite, rules, problem, options.task, options.shots)
    return build_messages(problem, options.task, style=style, shots=options.shots)


def request_for(
    session: Session,
    problem: Problem,
    sample: int,
    turns: Sequence[Turn] = (),
    first: tuple[Message, ...] | None = None,
) -> Request:
    """Each sample has a seed of its own, so that n samples of a deterministic server differ.

    ``turns``: the rounds before this one, where there is feedback. ``first``: the prompt, where it is rendered already.
    """
    options = session.options
    messages = follow_up(first or messages_for(session, problem), turns)
    return Request(
        problem=problem.name,
        sample=sample,
        round=len(turns),
        messages=messages,
        max_tokens=options.max_tokens,
        temperature=options.temperature,
        top_p=options.top_p,
        seed=options.seed * 1_000_003 + sample,
        goes_on=options.task is Task.CODE_COMPLETION and ends_inside_a_module(messages),
    )


def prompt_digest(session: Session) -> str:
    """``sha256:…`` over every prompt of the run."""
    digest = hashlib.sha256()
    if session.options.feedback is not None:
        digest.update(f"feedback {VERSION}\0".encode())
    for problem in session.problems:
        for message in messages_for(session, problem):
            digest.update(f"{problem.name}\0{message.role}\0{message.text}\0".encode("utf-8", "replace"))
    return f"sha256:{digest.hexdigest()}"


@dataclass(frozen=True, slots=True)
class Extraction:
    """What decides which Verilog is taken from an answer."""

    task: Task
    rules: Rules
    official: OfficialRules | None

    def candidate_of(self, problem: Problem, answer: Answer) -> Candidate:
        """By our extraction, by the suite's own, or both, as the rules say.

        Of a line that is missing in a design: the design with the answer in its place.
        """
        found = self._taken_from(problem, answer)
        if problem.masked is None or found.outcome is not None:
            return found
        return replace(found, code=problem.masked.put_back(found.code))

    def _taken_from(self, problem: Problem, answer: Answer) -> Candidate:
        reply = answer.completion
        if answer.is_code:
            if reply.text.strip() or self.rules is Rules.OFFICIAL:
                return Candidate(reply.text)
            return Candidate("", Outcome.EMPTY, "the answer is empty", official_code=reply.text)
        official = self._officially(problem, reply.text)
        if self.rules is Rules.OFFICIAL and official is not None:
            return Candidate(official)
        if self.task is Task.LINE_COMPLETION:
            return replace(extract_line(reply.text, reply.finish_reason), official_code=official)
        header = module_header(problem) if self.task is Task.CODE_COMPLETION else ""
        found = extract(reply.text, problem.top, finish_reason=reply.finish_reason, header=header)
        return Candidate(found.code, found.outcome, found.message, official_code=official)

    def _officially(self, problem: Problem, reply: str) -> str | None:
        if self.official is None or self.rules is Rules.DEFAULT:
            return None
        return self.official.extract(problem, self.task, reply)


def candidate_of(session: Session, problem: Problem, answer: Answer) -> Candidate:
    """The Verilog of an answer, as the session's options and suite say."""
    options = session.options
    return Extraction(options.task, options.rules, session.rules).candidate_of(problem, answer)
