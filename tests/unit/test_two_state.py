"""Netlists in which every open bit has a value: the same ones for the same text, another value for each register."""

import re

from harness.tools import two_state
from harness.tools.two_state import ALL_ONES, ALL_ZEROS

CIRCUIT = "module \\m\nend\n"
WRITTEN = """module m(q);
  reg [4:0] half = 5'bxxx1x;
  reg [8:0] wide = 9'hxx1;
  reg \\a.b ;
  reg signed [1:0] bare;
  reg set = 1'h1;
  reg [1:0] words [3:0];
  wire net;
endmodule
"""


def starts(text: str) -> dict[str, str]:
    return dict(re.findall(r"^  reg .*?(\S+) +?= (\S+);$", text, re.MULTILINE))


def test_every_open_bit_starts_from_the_same_value_in_the_extremes() -> None:
    assert starts(two_state.with_start(WRITTEN, (), ALL_ZEROS)) == {
        **{"half": "5'b00010", "wide": "9'h001", "bare": "2'b00", "set": "1'h1"},
        **{"\\a.b": "1'b0"},
    }
    ones = starts(two_state.with_start(WRITTEN, (), ALL_ONES))
    assert (ones["half"], ones["wide"], ones["bare"], ones["set"]) == ("5'b11111", "9'hff1", "2'b11", "1'h1")


def test_only_registers_are_given_a_start() -> None:
    found = two_state.with_start(WRITTEN, (), ALL_ZEROS)
    assert "  reg [1:0] words [3:0];\n  wire net;\nendmodule\n" in found


def test_what_was_known_stays_in_every_mixture() -> None:
    for filling in two_state.mixtures(CIRCUIT):
        found = starts(two_state.with_start(WRITTEN, (), filling))
        assert found["set"] == "1'h1"
        assert re.fullmatch(r"5'b[01]{3}1[01]", found["half"])
        assert re.fullmatch(r"9'h[\da-f]{2}1", found["wide"])


def test_any_two_open_bits_take_all_four_pairs_of_values() -> None:
    bits = 252
    registers = "".join(f"  reg r{number};\n" for number in range(bits - 12)) + "  reg [11:0] more;\n"
    text = f"module m(q);\n{registers}endmodule\n"
    rows = []
    for filling in (ALL_ZEROS, ALL_ONES, *two_state.mixtures(CIRCUIT)):
        found = starts(two_state.with_start(text, (), filling))
        rows.append("".join(value.split("'b")[1] for value in found.values()))
    assert {len(row) for row in rows} == {bits}
    columns = list(zip(*rows, strict=True))
    for number, one in enumerate(columns):
        assert all(len(set(zip(one, other, strict=True))) == 4 for other in columns[:number])


def test_the_same_circuit_has_the_same_mixtures_and_another_one_others() -> None:
    assert two_state.mixtures(CIRCUIT) == two_state.mixtures(str(CIRCUIT))
    assert two_state.mixtures(CIRCUIT) != two_state.mixtures(CIRCUIT + "\n")


def test_loops_start_from_the_value_of_the_netlist_and_are_let_go() -> None:
    found = two_state.with_start(WRITTEN, ["\\u.x"], ALL_ONES)
    assert found.endswith(
        f"  initial begin\n    force \\u.x = 64'b{'1' * 64};\n    #0;\n    release \\u.x ;\n  end\nendmodule\n"
    )


def test_every_file_that_is_fetched_is_written_once() -> None:
    passes = two_state.passes(kept=True)
    written = [line.split()[-1] for line in passes if line.startswith("write_")]
    assert sorted(written) == sorted(two_state.WRITTEN)
    assert passes.count("design -push-copy") == passes.count("design -pop") == len(written) - 1


def test_nets_without_driver_and_undefined_constants_get_a_value_for_each_bit() -> None:
    net = "  \\$anyconst  #(\n    .WIDTH(32'd3)\n  ) _10_ (\n    .Y(_09_)\n  );\n"
    found = [two_state.with_start(net, (), filling) for filling in two_state.mixtures(CIRCUIT)]
    values = [re.fullmatch(r"  assign _09_ = 3'b([01]{3});\n", text) for text in found]
    assert len({value[1] for value in values if value}) > 4


def test_every_mixture_has_a_file_and_draws_of_its_own() -> None:
    fillings = two_state.mixtures(CIRCUIT)
    passes = two_state.mixing_passes(fillings, kept=False)
    assert [line.split()[-1] for line in passes if line.startswith("write_")] == [filling.file for filling in fillings]
    assert len({filling.fill for filling in fillings}) == 10
    assert [filling.number for filling in fillings] == list(range(10))
