"""VerilogEval's testbench with a key in its last line, and its reference in the shape of an answer.

Both are made in memory from the user's files; line numbers stay as they are, so that messages fit the original.
"""

import re

_HEADER = re.compile(r"^([ \t]*module[ \t]+tb)[ \t]*(\([ \t]*\))?[ \t]*;", re.MULTILINE)
_SUMMARY = re.compile(r'\$display\s*\(\s*"Mismatches:[^"]*"[^;]*\)\s*;(?=\s*end\b)')
_MODULE = re.compile(r"^[ \t]*module[ \t]+(\w+)", re.MULTILINE)
_COUNTERS = ("stats1.clocks", "stats1.errors", "stats1.errortime")
_COUNTED = "HARNESS %h checked=%0d failed=%0d first="

REFERENCE_MODULE = "RefModule"
TOP_MODULE = "TopModule"


def keyed_testbench(text: str) -> str:
    """The testbench with ``parameter [63:0] KEY`` on ``tb`` and the line ``HARNESS …`` after its summary.

    ``checked`` are the samples that it compared, so a design that ends the simulation early shows fewer. ``first`` is
    the time of the first mismatch in its own unit, ``-`` where there was none.
    Raises ValueError, in words that go on from "the testbench", where the text has another shape.
    """
    if len(_HEADER.findall(text)) != 1:
        raise ValueError("has no plain `module tb`")
    if len(_SUMMARY.findall(text)) != 1:
        raise ValueError("does not end with one line of mismatches")
    missing = next((name for name in _COUNTERS if name not in text), None)
    if missing is not None:
        raise ValueError(f"does not count {missing}")
    keyed = _HEADER.sub(r"\1 #(parameter [63:0] KEY = 0) ();", text)
    return _SUMMARY.sub(lambda found: f"{found.group()} {_verdict_statement()}", keyed)


def _verdict_statement() -> str:
    counts = "KEY, stats1.clocks, stats1.errors"
    right = f'$display("{_COUNTED}-", {counts});'
    wrong = f'$display("{_COUNTED}%0d", {counts}, stats1.errortime);'
    return f"if (stats1.errors == 0) {right} else {wrong}"


def reference_as_answer(text: str) -> str:
    """The reference with its module under the name that answers have.

    Further modules of the file get names of their own, since the reference itself is compiled beside it.
    Raises ValueError, in words that go on from "the reference", where the module is missing.
    """
    modules = _MODULE.findall(text)
    if modules.count(REFERENCE_MODULE) != 1:
        raise ValueError(f"does not hold one module {REFERENCE_MODULE}")
    if TOP_MODULE in modules:
        raise ValueError(f"holds a module {TOP_MODULE}")
    names = {name: f"{name}_golden" for name in modules} | {REFERENCE_MODULE: TOP_MODULE}
    return re.sub(rf"\b({'|'.join(map(re.escape, names))})\b", lambda found: names[found.group()], text)
