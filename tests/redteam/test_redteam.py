"""Hostile designs through the real tools: none is accepted, and each that claims to forge would fool a naive verdict."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import v1_checkout
import vgen_checkout
from conftest import Harness
from naive import RTLLM_BENCH, believes, bench_of, rtllm_target

from harness.audit.redteam import ATTACKS
from harness.audit.redteam.target import Attack, Kind, Target, target_of
from harness.records.outcome import Outcome, Task
from harness.records.problem import Port, Problem
from harness.runs.options import RunOptions
from harness.runs.redteam import CAPS, RedteamOptions, RedteamRow, run_redteam
from harness.suites.locate import load_suite

pytestmark = pytest.mark.tools

LOOKALIKE = Path(__file__).parents[1] / "data" / "verilog_eval_lookalike"
RTLLM_LOOKALIKE = LOOKALIKE.with_name("rtllm_lookalike")
NATIVE, COCOTB = "priority_encoder", "crc8_stream"
V2, RTLLM, VGEN, V1 = "verilog-eval-v2", "rtllm-2.0", "vgen", "verilog-eval-v1-human"
FORGERIES = [attack for attack in ATTACKS if attack.claims == "forge"]
WHOLE_S = 6 * (CAPS.wall_s + 2 * CAPS.cpu_s)
"""Above what any one design may take: a few steps, each at its limit, some of them twice."""
SMALL = (
    *("display_at_start", "final_block", "escaped_task_name", "print_with_peeked_key", "print_then_finish"),
    *("finish_at_start", "peek_sideways", "peek_behind_label", "instantiate_after_comment", "instantiate_escaped"),
    *("instantiate_in_other_timescale", "task_in_other_parameter", "force_counter", "write_counter"),
    *("poison_own_input", "escaped_fopen", "include_host_file", "honest_for_icarus", "wrong_for_synthesis"),
    *("vertical_tab_in_name", "form_feed_in_name", "comment_behind_nettype", "netlist_injection", "empty", "all_x"),
    *("poison_through_switch", "poison_as_variable", "random_in_package", "unknown_reset", "unknown_from_loop"),
    *("open_bits_differ", "start_by_attribute", "unknown_from_division", "unknown_from_missing_word"),
    *("unknown_from_two_drivers", "unknown_from_register_with_reset", "bits_of_division_differ"),
    *("z_as_zero", "x_as_default", "wrong_behind_pragma", "black_box", "time_gate", "random_gate"),
)
"""One of each kind, and those that were once accepted."""


def redteam(
    attacks: str, *, suite: str = "core", suite_path: Path | None = None, problems: str | None = None
) -> list[RedteamRow]:
    path = None if suite_path is None else str(suite_path)
    task = Task.CODE_COMPLETION if suite in (VGEN, V1) else Task.SPEC_TO_RTL
    run = RunOptions(suite=suite, suite_path=path, task=task, problems=problems, quiet=True)
    return run_redteam(RedteamOptions(run, attacks))


def assert_harmless(rows: Sequence[RedteamRow]) -> None:
    assert rows
    assert [row.attack for row in rows if row.accepted] == []
    assert [(row.attack, row.harm) for row in rows if row.harm] == []
    assert [(row.attack, row.message) for row in rows if row.outcome is Outcome.INFRA_ERROR] == []
    assert [(row.attack, row.seconds) for row in rows if row.seconds > WHOLE_S] == []


def own_processes() -> list[str]:
    return Path("/proc/thread-self/children").read_text().split()


def left_folders(temporary: Path) -> list[Path]:
    return [*temporary.glob("harness-cell-*"), *temporary.glob("harness-redteam-*")]


def test_every_attack_has_a_name_and_a_mechanism_of_its_own() -> None:
    assert len(ATTACKS) >= 80
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert len({attack.mechanism for attack in ATTACKS}) > 0.95 * len(ATTACKS)
    assert set(SMALL) <= {attack.name for attack in ATTACKS}


def test_no_attack_of_the_small_selection_is_accepted() -> None:
    assert_harmless(redteam(",".join(SMALL), problems=NATIVE))
    assert_harmless(redteam("rewrite_*,open_by_name_of_pipe,display_at_start", problems=COCOTB))
    assert_harmless(redteam(",".join(SMALL), suite=V2, suite_path=LOOKALIKE, problems="*swap"))
    assert_harmless(redteam(",".join(SMALL), suite=RTLLM, suite_path=RTLLM_LOOKALIKE, problems="step_counter"))


def test_the_command_prints_attack_outcome_and_time_and_fails_when_one_is_accepted(harness: Harness) -> None:
    found = harness("redteam", "--attacks", "peek_up*", "--problems", NATIVE, "--json", "--quiet")
    assert found.code == 0
    assert [(row["attack"], row["outcome"], row["accepted"]) for row in found.json] == [
        ("peek_upward", "rejected", False)
    ]
    table = harness("redteam", "--attacks", "peek_up*", "--problems", NATIVE, "--quiet").out
    assert "peek_upward" in table and "rejected" in table
    assert "1 hostile designs: 0 accepted" in table


def problem_named(suite: str, name: str, path: Path | None = None) -> Problem:
    found = load_suite(suite, Task.SPEC_TO_RTL, None if path is None else str(path))
    return next(problem for problem in found.problems if problem.name.endswith(name))


def naive_targets() -> dict[Kind, tuple[Target, str]]:
    native = problem_named("core", NATIVE)
    swap = problem_named("verilog-eval-v2", "swap", LOOKALIKE)
    swap_ports = (Port("a", "input", 1), Port("b", "input", 1), Port("y", "output", 1))
    outside = "/nonexistent/mark"
    return {
        "native": (target_of(native, (), outside, outside), bench_of(native)),
        "verilog_eval": (target_of(swap, swap_ports, outside, outside), bench_of(swap)),
        "rtllm": (rtllm_target(), RTLLM_BENCH),
    }


@pytest.mark.parametrize("kind", ["native", "verilog_eval", "rtllm"])
def test_the_naive_verdict_tells_the_golden_design_from_a_wrong_one(kind: Kind, tmp_path: Path) -> None:
    target, bench = naive_targets()[kind]
    wrong = f"{target.header()}\n{target.wrong()}\nendmodule\n"
    assert believes(kind, target.golden, bench, tmp_path / "golden")
    assert not believes(kind, wrong, bench, tmp_path / "wrong")


@pytest.mark.parametrize("attack", FORGERIES, ids=lambda attack: attack.name)
def test_every_forgery_fools_a_verdict_that_greps(attack: Attack, tmp_path: Path) -> None:
    targets = naive_targets()
    for kind in attack.fooled:
        target, bench = targets[kind]
        assert believes(kind, attack.template(target), bench, tmp_path / kind), kind


@pytest.mark.long
@pytest.mark.parametrize("problem", [NATIVE, COCOTB])
def test_no_attack_is_accepted_and_nothing_is_left_behind(
    problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # other tests run beside this one
    processes = own_processes()
    assert_harmless(redteam("*", problems=problem))
    assert own_processes() == processes
    assert left_folders(tmp_path) == []


@pytest.mark.long
@pytest.mark.parametrize(("suite", "path", "problem"), [(V2, LOOKALIKE, "*swap"), (RTLLM, RTLLM_LOOKALIKE, "*")])
def test_no_attack_is_accepted_by_a_testbench_that_prints_its_own_verdict(suite: str, path: Path, problem: str) -> None:
    assert_harmless(redteam("*", suite=suite, suite_path=path, problems=problem))


@pytest.mark.long
@pytest.mark.parametrize(("suite", "make"), [(VGEN, vgen_checkout.make), (V1, v1_checkout.make)])
def test_no_attack_is_accepted_by_the_older_suites_testbenches(
    suite: str, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    assert_harmless(redteam("*", suite=suite, suite_path=make(tmp_path)))
