"""What ``harness new-problem`` lays out passes as it is, and the audit says what is still to be written."""

from pathlib import Path

import pytest

from harness.records.outcome import Outcome
from harness.runs.audit import AuditOptions, audit_suite
from harness.runs.options import RunOptions
from harness.suites.new_problem import lay_out

pytestmark = pytest.mark.tools


@pytest.mark.parametrize("cocotb", [False, pytest.param(True, marks=pytest.mark.long)])
def test_the_audit_of_a_new_problem_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cocotb: bool
) -> None:
    monkeypatch.setenv("HARNESS_RESULTS", str(tmp_path))
    root = tmp_path / "problems" / "mine"
    lay_out(root, "blinker", cocotb=cocotb)
    [audit] = audit_suite(AuditOptions(RunOptions("mine", str(root), quiet=True), faults=2), print).problems
    assert audit.golden.outcome is Outcome.PASS
    assert "a design of nothing passes: zero" in audit.wrong()
    assert [text for text in audit.weak() if text.startswith("the specification does not name clk")]
    assert [text for text in audit.weak() if text.startswith("kill rate")]
