"""Value change dumps: what is read, what is counted, and what is refused in one line."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.tools import vcd

HEADER = """$date today $end
$version Icarus Verilog $end
$timescale
\t10ns
$end
$scope module tb $end
$var reg 1 ! clk $end
$scope module dut $end
$var wire 1 ! clk $end
$var wire 4 " q [3:0] $end
$var wire 2 % up [1:2] $end
$var wire 1 & \\one[2] $end
$var real 64 ' level $end
$upscope $end
$upscope $end
$enddefinitions $end
"""
BODY = """$comment nothing $end
#0
$dumpvars
x!
bx "
bz0 %
0&
r0.5 '
$end
#5
1!
b11 "
#10
0!
b1010 "
1&
#20
"""


def read(body: str = BODY, header: str = HEADER, **caps: int) -> tuple[vcd.Trace, list[vcd.Change]]:
    trace = vcd.read(io.StringIO(header + body), **caps)
    return trace, list(trace.changes())


def test_variables_have_scope_name_range_and_width() -> None:
    trace, _ = read()
    assert trace.timescale_ps == 10_000
    assert [v.path for v in trace.variables] == [
        *("tb.clk", "tb.dut.clk", "tb.dut.q", "tb.dut.up", "tb.dut.one[2]", "tb.dut.level")
    ]
    q, up, one = trace.variables[2:5]
    assert q.bit_names() == ("q[3]", "q[2]", "q[1]", "q[0]")
    assert up.bit_names() == ("up[1]", "up[2]")
    assert (one.width, one.bit_names()) == (1, ("one[2]",))


def test_values_are_extended_to_the_width_as_the_standard_says() -> None:
    _, changes = read()
    assert changes[1] == vcd.Change(0, '"', "xxxx")
    assert changes[2] == vcd.Change(0, "%", "z0")
    assert changes[4] == vcd.Change(0, "'", "0.5")
    assert changes[6] == vcd.Change(5, '"', "0011")


def test_one_bit_of_a_vector_keeps_its_index() -> None:
    header = HEADER.replace('$var wire 4 " q [3:0] $end', '$var wire 1 + bus [7] $end\n$var wire 4 " q[3:0] $end')
    trace, _ = read(header=header)
    assert trace.variables[2].bit_names() == ("bus[7]",)
    assert trace.variables[3].bit_names() == ("q[3]", "q[2]", "q[1]", "q[0]")


def test_toggles_and_time_at_one_are_counted_bit_by_bit() -> None:
    trace = vcd.read(io.StringIO(HEADER + BODY))
    found = vcd.switching(trace, lambda v: v.scope == ("tb", "dut"), lambda v: v.name == "q")
    bits = {name: bit for (_, name), bit in found.bits.items()}
    assert found.duration == 20
    assert found.moments == 1  # at 5 the value only became known
    assert bits["clk"] == vcd.Switching(1, 5 / 15, 15)
    assert bits["q[3]"] == vcd.Switching(1, 10 / 15, 15)
    assert bits["q[1]"] == vcd.Switching(0, 1.0, 15)
    assert bits["q[0]"] == vcd.Switching(1, 5 / 15, 15)
    assert bits["one[2]"] == vcd.Switching(1, 0.5, 20)
    assert bits["up[1]"] == vcd.Switching(0, 0.0, 0)
    assert "level" not in bits


def test_a_change_by_way_of_x_counts_once() -> None:
    trace = vcd.read(io.StringIO(HEADER + "#0\n0!\n#1\nx!\n#2\n1!\n#3\nx!\n#4\n1!\n"))
    found = vcd.switching(trace, lambda v: v.path == "tb.clk")
    assert found.bits[("tb",), "clk"] == vcd.Switching(1, 0.5, 2)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no .enddefinitions"),
        ("module a; endmodule\n", "'module' in the header"),
        (HEADER.replace("10ns", "3ns"), "timescale"),
        (HEADER.replace("$var wire 4", "$var wire four"), "variable"),
        (HEADER.replace("$var wire 4", "$var wire 99999999999"), "variable"),
        (HEADER + "#5\n1!\n#4\n", "'#4' after 5"),
        (HEADER + "#-1\n", "time"),
        (HEADER + "hello\n", "value change 'hello'"),
        (HEADER + "1?\n", "which no variable has"),
        (HEADER + 'b10101 "\n', "of 4 bits"),
        (HEADER + 'b12 "\n', "of 4 bits"),
    ],
)
def test_what_is_no_dump_is_refused_in_one_line(text: str, word: str) -> None:
    with pytest.raises(vcd.VcdError, match=word) as caught:
        list(vcd.read(io.StringIO(text)).changes())
    assert "\n" not in str(caught.value)


def test_sizes_are_capped() -> None:
    with pytest.raises(vcd.VcdError, match="more than 6 bits"):
        read(most_bits=6)
    with pytest.raises(vcd.VcdError, match="more than 3 value changes"):
        read(most_changes=3)


@given(st.integers(0, len(BODY)))
def test_a_dump_that_ends_anywhere_gives_the_changes_before_that(end: int) -> None:
    _, whole = read()
    _, cut = read(BODY[:end])
    assert cut == whole[: len(cut)]


@given(st.text(alphabet="$#01xzb! \n\"'endvarscop", max_size=80))
def test_nothing_but_its_own_error_comes_of_garbage(text: str) -> None:
    for whole in (HEADER + text, text):
        with contextlib.suppress(vcd.VcdError):
            list(vcd.read(io.StringIO(whole)).changes())
