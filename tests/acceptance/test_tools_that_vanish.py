"""Tools that are removed or broken while a run goes on: nobody's wrong answer, and another copy never steps in."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from as_a_user import count_lines, lines, start, variants, wait_until
from conftest import Harness, MiniSuite, last_lines

from harness.tools import locate

pytestmark = pytest.mark.tools
SAMPLES = 12
"""For each of the two problems."""


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with an Icarus of its own, in front of PATH; the system's stays behind it."""
    if locate.prefix_of("iverilog") is not None:
        pytest.skip("the Icarus here is none of the system's")
    folder = tmp_path / "tools" / "bin"
    folder.mkdir(parents=True)
    for name in ("iverilog", "vvp"):
        shutil.copy(shutil.which(name) or "", folder / name)
    return folder


def part_of_icarus(tools: Path) -> Path:
    """Make ``iverilog`` a script around the system's with its parts copied beside it; returns the parts."""
    found = subprocess.run(["iverilog", "-v", "/dev/null"], capture_output=True, text=True, check=False)
    parts = next(Path(word).parent for word in found.stdout.split() if word.endswith("/ivlpp"))
    shutil.copytree(parts, tools.parent / "ivl")
    script = tools / "iverilog"
    script.write_text(f'#!/bin/sh\nexec "{shutil.which("iverilog")}" -B "{tools.parent}/ivl" "$@"\n')
    script.chmod(0o755)
    return tools.parent / "ivl"


def remove_iverilog(tools: Path) -> str:
    (tools / "iverilog").unlink()
    return "iverilog: No such file or directory (it was there when the run began). See: harness doctor"


def forbid_vvp(tools: Path) -> str:
    (tools / "vvp").chmod(0o644)
    return "vvp: Permission denied (it was there when the run began). See: harness doctor"


def remove_the_compiler_proper(tools: Path) -> str:
    (tools.parent / "ivl" / "ivl").rename(tools.parent / "ivl" / "away")
    return "iverilog does not work any more: "


def put_back(tools: Path) -> None:
    for name in ("iverilog", "vvp"):
        if not (tools / name).exists():
            shutil.copy(shutil.which(name) or "", tools / name)
        (tools / name).chmod(0o755)
    if (tools.parent / "ivl" / "away").exists():
        (tools.parent / "ivl" / "away").rename(tools.parent / "ivl" / "ivl")


@pytest.mark.long
@pytest.mark.parametrize(
    "lose", [pytest.param(remove_iverilog, marks=pytest.mark.long), forbid_vvp, remove_the_compiler_proper]
)
def test_what_a_lost_tool_leaves_ungraded_is_done_again_on_request_and_nothing_else(
    harness: Harness, mini: MiniSuite, tools: Path, tmp_path: Path, lose: Callable[[Path], str]
) -> None:
    if lose is remove_the_compiler_proper:
        part_of_icarus(tools)
    env: Mapping[str, str] = {
        "HARNESS_RESULTS": str(tmp_path / "results"),
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
    }
    answers = variants(tmp_path / "answers.jsonl", SAMPLES)
    command = ["bench", "--suite-path", str(mini.root), "--model", f"replay/{answers}", "-n", str(SAMPLES)]
    command += ["--quiet", "--json", "--workers", "1"]
    run = tmp_path / "results" / "runs" / "lost"
    process = start(*command, "--run", "lost", cwd=tmp_path, env=env, log=tmp_path / "log")
    assert wait_until(lambda: count_lines(run / "grades.jsonl") >= 4)
    said = lose(tools)
    assert process.wait(120) == 3, (tmp_path / "log").read_text()
    grades = lines(run / "grades.jsonl")
    lost = [line for line in grades if line["outcome"] == "infra_error"]
    assert 1 <= len(lost) <= 2 * SAMPLES - 4
    assert all(said in line["message"] for line in lost), {line["message"] for line in lost}
    for line in grades:
        wrong = line["sample"] % 3 == 2
        assert line["outcome"] in ("infra_error", "mismatch" if wrong else "pass")

    shown = harness("report", "lost", env=dict(env))
    assert f"{len(lost)} sample" in shown.out
    assert "without a verdict (infra_error), outside every figure below" in shown.out
    assert f"infra_error {len(lost)}" in shown.out
    put_back(tools)
    redone = harness(*command, "--run", "lost", "--retry-errors", env=dict(env))
    assert redone.code == 0, redone.err
    assert count_lines(run / "grades.jsonl") == len(grades) + len(lost)
    undisturbed = harness(*command, "--run", "undisturbed", env=dict(env))
    assert last_lines(run) == last_lines(run.with_name("undisturbed"))
    assert {**redone.json, "run": ""} == {**undisturbed.json, "run": ""}
