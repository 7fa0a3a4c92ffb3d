"""What iverilog 11.0 and 12.0 said about the same broken texts, and what the harness makes of it."""

from dataclasses import replace
from itertools import pairwise

import pytest

from harness.process.job import StepResult
from harness.tools import icarus

SYNTAX = {
    "missing semicolon, both": ("d.v:2: syntax error\nI give up.\n", "line 2: syntax error"),
    "malformed statement, 11": (
        "d.v:2: syntax error\nd.v:2: error: malformed statement\n"
        "d.v:4: syntax error\nd.v:4: error: syntax error in left side of continuous assignment.\n",
        "line 2: syntax error",
    ),
    "malformed statement, 12": (
        "d.v:2: syntax error\nd.v:2: error: Malformed statement\n"
        "d.v:4: syntax error\nd.v:4: error: Syntax error in left side of continuous assignment.\n",
        "line 2: syntax error",
    ),
    "markdown fence, both": (
        "d.v:1: warning: macro verilog undefined (and assumed null) at this point.\nd.v:1: syntax error\nI give up.\n",
        "line 1: syntax error",
    ),
    "bad item, 11": ("d.v:2: syntax error\nd.v:2: error: invalid module item.\n", "line 2: syntax error"),
    "bad item, 12": ("d.v:2: syntax error\nd.v:2: error: Invalid module item.\n", "line 2: syntax error"),
    "unclosed string, 11": ("d.v:2: Missing close quote of string.\n", "line 2: Missing close quote of string."),
    "unclosed string, 12": (
        "d.v:2: error: Missing closing quote for string.\n",
        "line 2: error: Missing closing quote for string.",
    ),
    "unclosed ifdef, 11": (
        "d.v:1: error: This `ifdef lacks an `endif.\n"
        'error: Unable to find the root module "counter" in the Verilog source.\n'
        "     : Perhaps ``-s counter'' is incorrect?\n1 error(s) during elaboration.\n",
        "line 1: error: This `ifdef lacks an `endif.",
    ),
    "unclosed ifdef, 12": (
        "d.v:1: error: This `ifdef lacks an `endif.\nPreprocessor failed with 1 errors.\n",
        "line 1: error: This `ifdef lacks an `endif.",
    ),
    "endif without ifdef, 12": (
        "d.v:3: error: `endif without a matching `ifdef.\nPreprocessor failed with 1 errors.\n",
        "line 3: error: `endif without a matching `ifdef.",
    ),
    "missing include, both": (
        "d.v:2: Include file nothere.vh not found\n"
        'error: Unable to find the root module "counter" in the Verilog source.\n'
        "     : Perhaps ``-s counter'' is incorrect?\n1 error(s) during elaboration.\n",
        "line 2: Include file nothere.vh not found",
    ),
}
ELABORATION = {
    "undeclared name, both": (
        "d.v:2: error: Unable to bind wire/reg/memory `r' in `counter'\nElaboration failed\n",
        "line 2: error: Unable to bind wire/reg/memory `r' in `counter'",
    ),
    "wire assigned in a process, both": (
        "d.v:2: error: q is not a valid l-value in counter.\nd.v:1:      : q is declared here as wire.\n"
        "Elaboration failed\n",
        "line 2: error: q is not a valid l-value in counter.",
    ),
    "wrong port of an instance, both": (
        "d.v:2: error: port ``nope'' is not a port of h.\n1 error(s) during elaboration.\n",
        "line 2: error: port ``nope'' is not a port of h.",
    ),
    "module twice, 11": (
        "d.v:4: error: 'counter' has already been declared in this scope.\n"
        "d.v:1:      : It was declared here as a module.\nd.v:5: Module counter was already declared here: d.v:1\n\n",
        "line 4: error: 'counter' has already been declared in this scope.",
    ),
    "not supported, 12": (
        "d.v:3: sorry: Overriding the default variable lifetime is not yet supported.\n",
        "line 3: sorry: Overriding the default variable lifetime is not yet supported.",
    ),
}
UNKNOWN_MODULE = (
    "d.v:2: error: Unknown module type: helper\n2 error(s) during elaboration.\n"
    "*** These modules were missing:\n        helper referenced 1 times.\n***\n"
)
MISSING_ROOT = (
    'error: Unable to find the root module "counter" in the Verilog source.\n'
    "     : Perhaps ``-s counter'' is incorrect?\n1 error(s) during elaboration.\n"
)


@pytest.mark.parametrize("case", SYNTAX)
def test_a_text_that_is_not_verilog_is_a_syntax_error_in_both_versions(case: str) -> None:
    log, message = SYNTAX[case]
    found = icarus.parse_compile_log(log)
    assert (found.syntax_error, found.message) == (True, message)


@pytest.mark.parametrize("case", ELABORATION)
def test_a_text_that_is_read_but_does_not_fit_together_is_no_syntax_error(case: str) -> None:
    log, message = ELABORATION[case]
    found = icarus.parse_compile_log(log)
    assert (found.syntax_error, found.message) == (False, message)
    assert (found.missing_root, found.unknown_module) == (None, None)


def test_a_missing_module_and_a_missing_root_are_named() -> None:
    unknown, root = icarus.parse_compile_log(UNKNOWN_MODULE), icarus.parse_compile_log(MISSING_ROOT)
    assert (unknown.syntax_error, unknown.unknown_module, unknown.missing_root) == (False, "helper", None)
    assert (root.syntax_error, root.unknown_module, root.missing_root) == (False, None, "counter")
    assert unknown.message == "line 2: error: Unknown module type: helper"


def test_a_macro_warning_beside_a_missing_root_is_not_a_syntax_error() -> None:
    warning = "d.v:1: warning: macro NOPE undefined (and assumed null) at this point.\n"
    assert not icarus.parse_compile_log(warning + MISSING_ROOT).syntax_error


def test_a_silent_compiler_and_an_endless_line_make_a_short_message() -> None:
    assert icarus.parse_compile_log("\n \n").message == "iverilog said nothing"
    assert len(icarus.parse_compile_log("d.v:1: error: " + "x" * 5000).message) == 300


def test_the_compile_line_sets_parameters_of_the_root_and_keeps_the_order_of_the_sources() -> None:
    argv = icarus.compile_argv(["tb.v", "d.sv"], output="o", top="tb", parameters={"tb.KEY": "64'h1"})
    assert argv[0] == "iverilog"
    assert argv[-2:] == ("tb.v", "d.sv")
    assert {("-s", "tb"), ("-f", icarus.COMMANDS_FILE), ("-o", "o")} <= set(pairwise(argv))
    assert {"-Ptb.KEY=64'h1", "-u"} <= set(argv)


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        ({}, "+timescale+1ns/1ps"),
        ({"tb.v": "module tb; endmodule\n"}, "+timescale+1ns/1ps"),
        ({"a.v": "\n", "tb.v": "`timescale 10 ns / 100 ps\nmodule tb; endmodule\n"}, "+timescale+10ns/100ps"),
        ({"a.v": "`timescale 1us/1ns\n", "b.v": "`timescale 1ps/1ps\n"}, "+timescale+1us/1ns"),
        ({"tb.v": "// `timescale 1us/1ns\n"}, "+timescale+1ns/1ps"),
    ],
)
def test_the_first_timescale_that_a_source_states_is_every_sources_default(texts: dict[str, str], line: str) -> None:
    assert icarus.commands(texts) == line + "\n"


STEP = StepResult("compile", 1, None, None, "", 0.1, 0.1, 1 << 20)


@pytest.mark.parametrize(
    ("step", "crashed"),
    [
        (replace(STEP, log=SYNTAX["missing semicolon, both"][0]), False),
        (replace(STEP, exit_code=None, signal=11), True),
        (replace(STEP, exit_code=134, log="sh: line 1: 77 Aborted (core dumped) /usr/lib/ivl/ivl -v\n"), True),
        (replace(STEP, log="ivl: elab_expr.cc:1: void x(): Assertion `w' failed.\n"), True),
        (replace(STEP, exit_code=None, signal=24, stopped="cpu"), False),
    ],
)
def test_a_compiler_that_fell_over_is_told_from_one_that_refused(step: StepResult, crashed: bool) -> None:
    assert icarus.crashed(step) is crashed
