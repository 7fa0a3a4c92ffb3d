"""More that iverilog 11.0, 12.0 and Yosys 0.70 said, beside what test_icarus_logs.py and test_yosys_reports.py hold."""

from dataclasses import replace

import pytest

from harness.process.job import StepResult
from harness.tools import icarus, two_state, yosys

ROOT_NOT_FOUND = (
    'error: Unable to find the root module "counter" in the Verilog source.\n'
    "     : Perhaps ``-s counter'' is incorrect?\n1 error(s) during elaboration.\n"
)
NOT_VERILOG = {
    "prose in front of the module, both": ("d.sv:1: syntax error\nI give up.\n", "line 1: syntax error"),
    "keyword as a port's name, both": (
        "d.sv:1: syntax error\nd.sv:1: Errors in port declarations.\n",
        "line 1: syntax error",
    ),
    "type that is not known, both": (
        "d.sv:2: syntax error\nd.sv:2: error: Invalid module instantiation\n",
        "line 2: syntax error",
    ),
    "macro that is not defined, 11": (
        "d.sv:2: warning: macro WIDTH undefined (and assumed null) at this point.\nd.sv:2: syntax error\n"
        "d.sv:2: error: syntax error in continuous assignment\n",
        "line 2: syntax error",
    ),
    "macro that is not defined, 12": (
        "d.sv:2: warning: macro WIDTH undefined (and assumed null) at this point.\nd.sv:2: syntax error\n"
        "d.sv:2: error: Syntax error in continuous assignment\n",
        "line 2: syntax error",
    ),
    "macro without its arguments, 11": (
        "d.sv:3: error: missing argument list for `A.\nd.sv:3: syntax error\n"
        "d.sv:3: error: syntax error in continuous assignment\n",
        "line 3: error: missing argument list for `A.",
    ),
    "statement that is none, both": (
        "d.sv:2: syntax error\nd.sv:2: Syntax in assignment statement l-value.\n",
        "line 2: syntax error",
    ),
    "include without its quote, 11": (
        "d.sv:1: error: malformed `include directive. Did you quote the file name?\n",
        "line 1: error: malformed `include directive. Did you quote the file name?",
    ),
    "include without its quote, 12": (
        "d.sv:1: error: malformed `include directive. Did you quote the file name?\nPreprocessor failed with 1 errors.\n",
        "line 1: error: malformed `include directive. Did you quote the file name?",
    ),
    "string that is never closed, 11": (
        "d.sv:2: Missing close quote of string.\nd.sv:3: syntax error\nI give up.\n",
        "line 2: Missing close quote of string.",
    ),
    "string that is never closed, 12": (
        "d.sv:2: error: Missing closing quote for string.\nd.sv:3: syntax error\nI give up.\n",
        "line 2: error: Missing closing quote for string.",
    ),
}
DOES_NOT_FIT = {
    "function that is not there, both": (
        "d.sv:2: error: No function named `fn' found in this context (counter).\nElaboration failed\n",
        "line 2: error: No function named `fn' found in this context (counter).",
    ),
    "variable driven twice, both": (
        "d.sv:3: error: q Unable to assign to unresolved wires.\nElaboration failed\n",
        "line 3: error: q Unable to assign to unresolved wires.",
    ),
    "name declared twice, both": (
        "d.sv:3: error: 'n' has already been declared in this scope.\n"
        "d.sv:2:      : It was declared here as a variable.\n",
        "line 3: error: 'n' has already been declared in this scope.",
    ),
    "module twice, 12": (
        "d.sv:2: error: 'counter' has already been declared in this scope.\n"
        "d.sv:1:      : It was declared here as a module.\n"
        "d.sv:2: error: Module counter was already declared here: d.sv:1\n\n",
        "line 2: error: 'counter' has already been declared in this scope.",
    ),
    "inside, both": (
        'd.sv:3: sorry: "inside" expressions not supported yet.\n',
        'line 3: sorry: "inside" expressions not supported yet.',
    ),
}


@pytest.mark.parametrize("case", NOT_VERILOG)
def test_icarus_refuses_a_text_that_is_not_verilog_and_its_first_telling_line_is_told(case: str) -> None:
    log, message = NOT_VERILOG[case]
    found = icarus.parse_compile_log(log)
    assert (found.syntax_error, found.message) == (True, message)


@pytest.mark.parametrize("case", DOES_NOT_FIT)
def test_icarus_reads_a_text_that_does_not_fit_together_without_calling_it_syntax(case: str) -> None:
    log, message = DOES_NOT_FIT[case]
    found = icarus.parse_compile_log(log)
    assert (found.syntax_error, found.message) == (False, message)


def test_an_empty_file_is_a_missing_root_and_no_syntax_error() -> None:
    found = icarus.parse_compile_log(ROOT_NOT_FOUND)
    assert (found.missing_root, found.syntax_error) == ("counter", False)
    assert found.message == 'error: Unable to find the root module "counter" in the Verilog source.'


def test_the_vvp_line_turns_a_stop_into_an_end_and_writes_no_waveform() -> None:
    assert icarus.run_argv("x.vvp") == ("vvp", "-n", "x.vvp", "-none")


# Yosys

STEP = StepResult("synthesize", 1, None, None, "", 0.1, 0.1, 1 << 20)


def test_a_module_or_signal_called_error_is_not_taken_for_the_error() -> None:
    log = (
        "1. Executing Verilog-2005 frontend: d.sv\nGenerating RTLIL representation for module `\\ERROR_DETECTOR'.\n"
        "2. Executing HIERARCHY pass (managing design hierarchy).\nTop module:  \\ERROR_DETECTOR\n"
        "ERROR: Module `\\nope' referenced in module `\\ERROR_DETECTOR' in cell `\\u' is not part of the design.\n"
    )
    said = yosys.parse_error(replace(STEP, log=log))
    assert said == "Module `\\nope' referenced in module `\\ERROR_DETECTOR' in cell `\\u' is not part of the design."


def test_an_error_without_a_blank_behind_its_colon_is_read() -> None:
    log = "Generating RTLIL representation for module `\\lp'.\nd.sv:2: ERROR:Can't resolve task name `\\wait'.\n"
    assert yosys.parse_error(replace(STEP, log=log)) == "d.sv:2: ERROR:Can't resolve task name `\\wait'."


def test_an_endless_error_line_is_cut() -> None:
    assert len(yosys.parse_error(replace(STEP, log="ERROR: " + "x" * 5_000))) == 300


HEAD = "/* Generated by Yosys 0.70 (git sha1 28ba3cb92, Release) */\n\n"
PLAIN = HEAD + (
    "module l(en, d, q, r);\n  input en;\n  wire en;\n  input [2:0] d;\n  output [2:0] q;\n  reg [2:0] q;\n"
    "  always @*\n    if (en) q = { d[2], d[0], d[0] };\nendmodule\n"
)
ESCAPED = HEAD + "module \\l$1 (a, y);\n  input a;\n  output y;\n  assign y = a;\nendmodule\n"


@pytest.mark.parametrize(
    ("text", "top", "header"), [(PLAIN, "l", "module l(en, d, q, r);\n"), (ESCAPED, "l$1", "module \\l$1 (a, y);\n")]
)
def test_parameters_stand_right_behind_the_header_of_the_top_module(text: str, top: str, header: str) -> None:
    found = yosys.netlist({two_state.ALL_ZEROS.file: text}, top, {"W": 3, "A": 1})
    assert found == text.replace(header, f"{header}  parameter A = 1;\n  parameter W = 3;\n")


def test_a_top_module_whose_name_is_a_pattern_matches_only_itself() -> None:
    assert yosys.netlist({two_state.ALL_ZEROS.file: PLAIN.replace("module l(", "module lx(")}, "l.", {"W": 3}) is None
