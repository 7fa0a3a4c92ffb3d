"""Does a testbench in VerilogEval's form take an X of the design for wrong wherever the reference is known?

Its comparison ``ref === (ref ^ dut ^ ref)`` does. It is the only use of the design's outputs in nearly all of the
published testbenches; one that does anything else with them is not counted here.
"""

import re

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
# Words begin with a letter and then look back, not with \b: a suite is read whenever the command starts.
_DESIGN = re.compile(r"[Tt](?<!\w.)(?:opModule|op_module)\s+\w+\s*\([^;]*\)\s*;")
_SHOWN = re.compile(r"\$(?:dumpvars|display)\s*\([^;]*\)\s*;")
_DECLARED = re.compile(r"[lwri](?<!\w.)(?:ogic|ire|eg|nput)\b\s*(?:\[[^\]]*\]\s*)?\w+_dut\s*[;,]")
_LIST = r"\{([\w\s,]*)\}"
_ALL = re.compile(rf"\(\s*{_LIST}\s*===\s*\(\s*{_LIST}\s*\^\s*{_LIST}\s*\^\s*{_LIST}\s*\)\s*\)")
_ONE = re.compile(r"\(\s*(\w+)_ref\s*!==\s*\(\s*\1_ref\s*\^\s*\1_dut\s*\^\s*\1_ref\s*\)\s*\)")
_OF_THE_DESIGN = re.compile(r"_dut\b")


def refuses_x(text: str) -> bool:
    """``text``: a testbench's own file. Its stimulus may see whether all is right so far, and show what it likes."""
    rest = _STRING.sub('""', _COMMENT.sub(" ", text))
    for known in (_DESIGN, _SHOWN, _DECLARED, _ONE):
        rest = known.sub(" ", rest)
    rest = _ALL.sub(lambda found: " " if _compares_all(found) else found.group(), rest)
    return not _OF_THE_DESIGN.search(rest)


def _compares_all(found: "re.Match[str]") -> bool:
    reference, again, design, last = ([name.strip() for name in each.split(",")] for each in found.groups())
    return reference == again == last and [f"{name.removesuffix('_ref')}_dut" for name in reference] == design
