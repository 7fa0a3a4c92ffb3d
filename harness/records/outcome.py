"""Outcomes, stages and statuses: closed enums whose values are the words written to disk."""

from enum import StrEnum


class Outcome(StrEnum):
    """Why the grading of one sample ended as it did."""

    PASS = "pass"
    NO_CODE = "no_code"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    CONTEXT_OVERFLOW = "context_overflow"
    REFUSED = "refused"
    CONTENT_FILTER = "content_filter"
    REJECTED = "rejected"
    SYNTAX_ERROR = "syntax_error"
    INTERFACE_ERROR = "interface_error"
    ELABORATION_ERROR = "elaboration_error"
    MISMATCH = "mismatch"
    TIMEOUT = "timeout"
    RESOURCE_LIMIT = "resource_limit"
    TOOL_CRASH = "tool_crash"
    NO_VERDICT = "no_verdict"
    NOT_SYNTHESIZABLE = "not_synthesizable"
    NETLIST_MISMATCH = "netlist_mismatch"
    INFRA_ERROR = "infra_error"


class Stage(StrEnum):
    """One step of grading, in the order in which they run."""

    EXTRACT = "extract"
    SCREEN = "screen"
    SYNTAX = "syntax"
    INTERFACE = "interface"
    SIMULATE = "simulate"
    SYNTHESIZE = "synthesize"
    NETLIST = "netlist"
    TIMING = "timing"
    EQUIVALENCE = "equivalence"
    LINT = "lint"
    MATCH = "match"


class Status(StrEnum):
    """How one stage ended."""

    PASS = "pass"
    FAIL = "fail"
    SKIPPED = "skipped"
    INFRA_ERROR = "infra_error"
    PROVEN = "proven"
    """Formal equivalence with the golden design; so the three below."""
    REFUTED = "refuted"
    BOUNDED = "bounded"
    INCONCLUSIVE = "inconclusive"


class Evidence(StrEnum):
    """What a ``pass`` rests on."""

    NETLIST = "netlist"
    TEXT = "text"
    OFFICIAL = "official"


class Rules(StrEnum):
    """Whose verdict decides: ours, the suite's own, or ours with the suite's own beside it."""

    DEFAULT = "default"
    OFFICIAL = "official"
    BOTH = "both"


class Task(StrEnum):
    """How a problem is asked and judged."""

    SPEC_TO_RTL = "spec-to-rtl"
    CODE_COMPLETION = "code-completion"
    LINE_COMPLETION = "line-completion"
    """One line of a file: text against text, and for a design that is whole with it graded as usual, too."""
