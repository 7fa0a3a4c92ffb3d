"""The default extractor: a raw reply becomes a Candidate, or an outcome where it holds nothing to grade.

In short: reasoning is stripped; the last complete definition of the top module decides (one that is no mere outline,
where there is one); its block is taken byte by byte with the helper modules that the top needs; prose and test
benches stay behind. A reply that goes on from a given header gets that header. Nothing is ever repaired.
"""

import re
from collections.abc import Sequence

from harness.prompts.assembly import (
    Assembled,
    Definitions,
    Place,
    reads_like_code,
    starts_like_code,
    whole_segment,
    with_header,
    with_top,
)
from harness.prompts.reasoning import REASONING_TAGS, strip_reasoning
from harness.prompts.segments import Reading, read
from harness.records.grade import Candidate
from harness.records.outcome import Outcome

CUT_OFF = frozenset({"length", "max_tokens"})
ENDED = {
    "refusal": (Outcome.REFUSED, "the model refused"),
    "content_filter": (Outcome.CONTENT_FILTER, "the server's content filter stopped the reply"),
    "context_overflow": (Outcome.CONTEXT_OVERFLOW, "the prompt does not fit into the model's context"),
}
_RUN_ON = re.compile(
    r"^[ \t]*(?://+|\#+|\*\*)?[ \t]*(?:(?:Question|Instruction|User|Human)[ \t]*:|Write a (?:System)?Verilog"
    r"|<\|(?:im_start|im_end|user|start_header_id|eot_id|endoftext)\|>|\[INST\])",
    re.MULTILINE,
)
"""How a base model that does not stop after its answer begins the next question."""
_REFUSAL = re.compile(
    r"(?:I['’]m|I am|We['’]re|Sorry,?)[^.\n]{0,40}\b(?:sorry|unable|not able|can['’]?t|cannot)\b"
    r"|\bI (?:cannot|can['’]t|can not|won['’]t|must decline|am unable to|am not able to)\b"
    r"|\bas an AI\b[^.\n]{0,80}\b(?:cannot|can['’]t|unable|not able)\b",
    re.IGNORECASE,
)


def extract(
    reply: str,
    top: str,
    *,
    finish_reason: str | None = "stop",
    header: str = "",
    reasoning_tags: Sequence[str] = REASONING_TAGS,
) -> Candidate:
    """Take the Verilog that defines the module ``top`` out of a reply. Never raises; linear in the reply's length.

    ``header`` is the module header that a code-completion prompt ended with; it is put in front where the reply goes
    on from it, and not where the reply repeats it. ``finish_reason`` as in ``Completion``. A reply that was cut off is
    graded all the same if the top module and what it instantiates are complete.
    """
    if finish_reason in ENDED:
        return Candidate("", *ENDED[finish_reason])
    cut_off = finish_reason in CUT_OFF
    answer = strip_reasoning(reply, reasoning_tags)
    text = answer.before if answer.unclosed and cut_off else answer.text
    if not text.strip():
        return nothing(cut_off=cut_off, reasoned=bool(reply.strip()))
    reading = _without_run_on(read(text), top, header)
    definitions = Definitions(reading)
    found = _complete(definitions, top, header)
    if cut_off:
        return _whole_or_truncated(found, top)
    found = found or _partial(definitions, top, header)
    if found and found.code.strip():
        return Candidate(found.code)
    if _REFUSAL.search(text.strip()[:300]):
        return Candidate("", Outcome.REFUSED, "the model refused in words")
    return Candidate("", Outcome.NO_CODE, "no Verilog module in the reply")


def nothing(*, cut_off: bool, reasoned: bool) -> Candidate:
    if cut_off:
        what = "while it still reasoned" if reasoned else "before the first word"
        return Candidate("", Outcome.TRUNCATED, f"the reply was cut off {what}")
    return Candidate("", Outcome.EMPTY, "nothing after the reasoning" if reasoned else "the reply is blank")


def _whole_or_truncated(found: Assembled | None, top: str) -> Candidate:
    if found is None:
        return Candidate("", Outcome.TRUNCATED, f"the reply was cut off before a complete module {top}")
    if found.incomplete:
        names = ", ".join(sorted(found.incomplete)[:5])
        return Candidate("", Outcome.TRUNCATED, f"the reply was cut off inside what {top} needs: {names}")
    return Candidate(found.code)


def _without_run_on(reading: Reading, top: str, header: str) -> Reading:
    """Cut where a base model, its answer given, goes on with a question and an answer of its own making, or with the
    top module once more behind the body that it was asked for."""
    if header and _goes_straight_on(reading):
        first = reading.segments[0]
        again = [unit.start for unit in first.units if unit.name == top and unit.start >= first.orphans[0]]
        if again:
            return read(reading.text[: again[0]])
    ends = [u.end for segment in reading.segments for u in segment.units if u.name == top and u.complete]
    if len(ends) < 2:
        return reading
    question = _RUN_ON.search(reading.text, ends[0])
    return read(reading.text[: question.start()]) if question and question.start() < ends[-1] else reading


def _complete(definitions: Definitions, top: str, header: str) -> Assembled | None:
    """The top module whole: defined in the reply, or as the body that ends a given header."""
    if place := definitions.best(top):
        return with_top(definitions, place)
    if not header:
        return None
    index = _body_segment(definitions, top)
    return None if index is None else with_header(definitions, index, header)


def _body_segment(definitions: Definitions, top: str) -> int | None:
    """The segment that ends an unopened module: the first of the reply if it goes straight on, else the last one.

    A header that is quoted without a body does not count as the reply's own definition; one with a body does.
    """
    reading = definitions.reading
    own = (place.unit for place in definitions.incomplete.get(top, ()))
    if any(reading.mask[unit.body : unit.end].strip() for unit in own):
        return None
    bodies = [index for index, segment in enumerate(reading.segments) if segment.orphans]
    if not bodies:
        return None
    return 0 if _goes_straight_on(reading) else bodies[-1]


def _goes_straight_on(reading: Reading) -> bool:
    """Whether the reply begins, without a fence or a word, with the body of a module that it does not open."""
    first = reading.segments[0] if reading.segments else None
    return first is not None and bool(first.orphans) and not first.fenced and starts_like_code(reading, first)


def _partial(definitions: Definitions, top: str, header: str) -> Assembled | None:
    """What a model that stopped by itself left where there is no complete top module: code all the same, and the
    stages after this one say what is wrong with it."""
    if places := definitions.incomplete.get(top):
        return whole_segment(definitions, places[-1].segment)
    if header and (index := _unfinished_body(definitions)) is not None:
        return with_header(definitions, index, header)
    if (index := _last_segment_with(definitions.complete)) is not None:
        return whole_segment(definitions, index)
    if (index := _last_segment_with(definitions.incomplete)) is not None:
        return whole_segment(definitions, index)
    return _fragment(definitions.reading, definitions)


def _unfinished_body(definitions: Definitions) -> int | None:
    if definitions.complete or definitions.incomplete:
        return None
    reading = definitions.reading
    fenced = [index for index, segment in enumerate(reading.segments) if segment.fenced]
    candidates = reversed(fenced or range(len(reading.segments)))
    return next((index for index in candidates if reads_like_code(reading, reading.segments[index])), None)


def _last_segment_with(group: dict[str, list[Place]]) -> int | None:
    """The last segment that holds a module of a group; packages and the like alone are no answer."""
    found = [place.segment for places in group.values() for place in places if place.unit.kind == "module"]
    return max(found, default=None)


def _fragment(reading: Reading, definitions: Definitions) -> Assembled | None:
    """Verilog without a module: a block that says it is Verilog, or that ends a module it does not begin."""
    for index in range(len(reading.segments) - 1, -1, -1):
        segment = reading.segments[index]
        blank = not reading.mask[segment.start : segment.end].strip()
        if not blank and (segment.is_verilog or (segment.orphans and reads_like_code(reading, segment))):
            return whole_segment(definitions, index)
    return None
