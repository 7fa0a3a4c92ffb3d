"""The stage timing and `harness ppa`, by the real OpenSTA, Yosys and Icarus."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import COUNTER_GOLDEN, REPOSITORY, Harness, MiniSuite
from graded_designs import COUNTER, MEMORY, SETTINGS, mini, pool, problem  # noqa: F401 - fixtures
from mapped_designs import BY_HAND, DELAYS_PS, DYNAMIC_NW, LEAKAGE_NW

from harness.grading.grader import Grader
from harness.grading.measures import golden_subject
from harness.grading.timing import TimingMeasure, analyse
from harness.process.pool import CellPool
from harness.records.grade import Candidate, Grade
from harness.records.outcome import Outcome, Stage, Status
from harness.tools import liberty
from harness.tools.mapped import ClockSources

pytestmark = [
    pytest.mark.tools,
    pytest.mark.skipif(shutil.which("sta") is None, reason="OpenSTA is not here (apt install opensta)"),
]
TIMED = replace(SETTINGS.synthesis, netlist=True)


@pytest.fixture(scope="module")
def timing_grader(pool: CellPool) -> Iterator[Grader]:
    measure = TimingMeasure(TIMED)
    yield Grader(replace(SETTINGS, synthesis=TIMED, measures=(measure,)), pool.run, MEMORY)


def grade(grader: Grader, mini: MiniSuite, name: str, code: str) -> Grade:
    return grader.grade(problem(mini, name), Candidate(code), 0).grade


def test_paths_leakage_and_power_are_those_of_the_calculation_by_hand(pool: CellPool) -> None:
    found = analyse(BY_HAND, liberty.load("neutral"), ClockSources(("clk",), ()), 10, 0.1, pool.run)
    facts = found.result.facts
    assert facts["paths_ps"] == {kind: pytest.approx(delay, abs=0.01) for kind, delay in DELAYS_PS.items()}
    assert (facts["critical"], facts["levels"]) == ("reg_reg", 1)
    assert facts["delay_ps"] + facts["slack_ps"] == pytest.approx(10_000, abs=0.01)
    assert facts["leakage_nw"] == pytest.approx(LEAKAGE_NW, rel=1e-5)
    assert facts["dynamic_nw"] == pytest.approx(DYNAMIC_NW, rel=1e-5)
    assert found.figures == {"delay": facts["delay_ps"], "power": facts["leakage_nw"] + facts["dynamic_nw"]}


def test_the_golden_design_against_itself_is_exactly_1(timing_grader: Grader, mini: MiniSuite) -> None:
    found = grade(timing_grader, mini, "counter", COUNTER_GOLDEN)
    assert found.ratio == {"area": 1.0, "delay": 1.0, "power": 1.0}
    facts = found.stages[Stage.TIMING].facts
    assert (facts["clocks"], facts["activity"], facts["critical"]) == (["clk"], 0.1, "reg_reg")
    page = (REPOSITORY / "docs" / "file-formats.md").read_text()
    documented = json.JSONDecoder().raw_decode(page[page.index('{"status"', page.index('"timing": {"status"')) :])[0]
    assert list(documented) == ["status", *facts]
    synthesis = found.stages[Stage.SYNTHESIZE].facts
    assert 0 < synthesis["sequential_area"] < synthesis["area"]


TWICE = (
    "reg [3:0] up, down; assign q = up & ~down;"
    "always @(posedge clk) begin up <= rst ? 0 : up + 1; down <= rst ? 15 : down - 1; end"
)


def test_a_register_too_many_costs_area_and_power(timing_grader: Grader, mini: MiniSuite) -> None:
    found = grade(timing_grader, mini, "counter", (COUNTER % TWICE).replace("output reg", "output"))
    assert found.outcome is Outcome.PASS
    assert found.ratio["area"] > 1.5 and found.ratio["power"] > 1.5


def test_a_wrong_design_is_not_timed(timing_grader: Grader, mini: MiniSuite) -> None:
    wrong = grade(timing_grader, mini, "counter", COUNTER % "always @(posedge clk) q <= rst ? 0 : q + 2;")
    assert wrong.outcome is Outcome.MISMATCH and Stage.TIMING not in wrong.stages and "delay" not in wrong.ratio


def test_power_follows_what_the_testbench_does(pool: CellPool, mini: MiniSuite) -> None:
    measure = TimingMeasure(TIMED, activity=None)
    golden = golden_subject(problem(mini, "counter"), TIMED, pool.run)
    found = measure.run(golden, pool.run)
    assert found.result.status is Status.PASS
    assert found.result.facts["activity"] == "testbench" and "message" not in found.result.facts
    assert measure.run(golden, pool.run).figures == found.figures
    # Of a design that does not pass there, nothing is said.
    other = replace(golden, problem=problem(mini, "and2"))
    facts = measure.run(other, pool.run).result.facts
    assert "dynamic_nw" not in facts and "does not compile with the testbench" in facts["message"]


def test_luts_are_counted_where_asked_for_and_change_nothing_else(pool: CellPool, mini: MiniSuite) -> None:
    plain, with_luts = (
        golden_subject(problem(mini, "counter"), replace(TIMED, fpga=fpga), pool.run).synthesized
        for fpga in (None, "ice40")
    )
    assert plain is not None and with_luts is not None and plain.mapped == with_luts.mapped
    facts = dict(with_luts.report.result.facts)
    assert facts.pop("fpga_ffs") == 4 and facts.pop("luts") > 0
    facts.pop("fpga_blocks", None)
    assert facts == plain.report.result.facts


def test_constants_have_no_path_and_no_delay(pool: CellPool) -> None:
    design = replace(
        BY_HAND,
        verilog="module t(y);\n  output y;\n  TIE1 u (.Y(y));\nendmodule\n",
        inputs={},
        outputs={"y": 2},
        instances=(),
    )
    found = analyse(design, liberty.load("neutral"), ClockSources((), ()), 10, 0.1, pool.run)
    assert found.result.status is Status.PASS
    assert "delay_ps" not in found.result.facts and set(found.figures) == {"power"}


WIDTH = 16
HEAD = f"module add(input [{WIDTH - 1}:0] a, input [{WIDTH - 1}:0] b, output [{WIDTH}:0] s);\n"
RIPPLE = HEAD + f"wire [{WIDTH}:0] c; assign c[0] = 0; assign s[{WIDTH}] = c[{WIDTH}];\n"
RIPPLE += "".join(
    f"assign s[{i}] = a[{i}] ^ b[{i}] ^ c[{i}]; assign c[{i + 1}] = (a[{i}] & b[{i}]) | (c[{i}] & (a[{i}] ^ b[{i}]));\n"
    for i in range(WIDTH)
)
RIPPLE += "endmodule\n"


def kogge_stone() -> str:
    """Carries by prefixes of 1, 2, 4, 8 places."""
    lines = [f"wire [{WIDTH - 1}:0] g0 = a & b, p0 = a ^ b;"]
    for level in range(4):
        reach, new = 1 << level, level + 1
        lines.append(f"wire [{WIDTH - 1}:0] g{new}, p{new};")
        for i in range(WIDTH):
            lower = f"p{level}[{i}] & g{level}[{i - reach}]" if i >= reach else "1'b0"
            both = f"p{level}[{i}] & p{level}[{i - reach}]" if i >= reach else f"p{level}[{i}]"
            lines.append(f"assign g{new}[{i}] = g{level}[{i}] | {lower}; assign p{new}[{i}] = {both};")
    return HEAD + "\n".join([*lines, "assign s = {1'b0, p0} ^ {g4, 1'b0};", "endmodule", ""])


@pytest.mark.parametrize(
    "arguments", [("bench", "--stages", "timing"), ("ppa", "a.v", "a.v", "--top", "add")], ids=["bench", "ppa"]
)
def test_without_opensta_the_way_to_get_it_is_said_at_the_start(
    harness: Harness, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("iverilog", "vvp"):
        (programs / name).symlink_to(str(shutil.which(name)))
    (tmp_path / "a.v").write_text(RIPPLE)
    found = harness(*arguments, "--sandbox", "rlimits", env={"PATH": str(programs)})
    assert (found.code, found.out) == (1, "")
    assert (
        found.err
        == "error: not found: sta (paths and delays (--stages timing, ppa)): apt install opensta. See: harness doctor\n"
    )


def test_ppa_shows_what_a_faster_adder_costs(harness: Harness, tmp_path: Path) -> None:
    (tmp_path / "ripple.v").write_text(RIPPLE)
    (tmp_path / "fast.v").write_text(kogge_stone())
    found = harness("ppa", "ripple.v", "fast.v", "--top", "add", "--json").json
    assert found["ratio"]["area"] > 1 > found["ratio"]["delay"]
    assert found["golden"]["timing"]["clocks"] == []
    shown = harness("ppa", "ripple.v", "ripple.v", "--top", "add", "--fpga", "ice40", "--period", "3")
    assert "slack at 3 ns" in shown.out and "LUTs (ice40)" in shown.out
    assert {line.split()[-1] for line in shown.out.splitlines() if line.startswith(("area", "delay", "power"))} == {
        "1.000"
    }


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("a.v", "no.v", "--top", "add"), 2, "no.v: No such file"),
        (("a.v", "a.v", "--top", "sub"), 1, "Is --top sub right?"),
        (("a.v", "a.v", "--top", "add", "--clock", "ck"), 2, "--clock ck: a.v has the inputs a[0]"),
        (("a.v", "a.v", "--top", "add", "--period", "-1"), 2, "--period"),
        (("a.v", "a.v", "--top", "add", "--parameter", "W"), 2, "NAME=N"),
        (("a.v", "a.v", "--top", "add", "--activity", "testbench"), 2, "two files have no testbench"),
        (("a.v", "a.v", "--top", "add", "--liberty", "a.v"), 2, "no Liberty library"),
    ],
)
def test_ppa_says_in_one_line_what_is_wrong(
    harness: Harness, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "a.v").write_text(RIPPLE)
    found = harness("ppa", *arguments)
    assert found.code == code
    assert said in found.err and len(found.err.strip().splitlines()) == 1
