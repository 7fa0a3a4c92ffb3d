"""Two commands on one machine, one cache, each its own run: neither disturbs the other, nor is either one starved."""

import time
from pathlib import Path

import pytest
from as_a_user import lines, start, variants
from conftest import Harness, MiniSuite

pytestmark = [pytest.mark.tools, pytest.mark.long]
SAMPLES = 120
VOLATILE = ("measured",)


def test_two_runs_share_a_cache_and_the_cores(harness: Harness, mini: MiniSuite, tmp_path: Path) -> None:
    answers = variants(tmp_path / "answers.jsonl", SAMPLES)
    results = tmp_path / "results"
    env = {"HARNESS_RESULTS": str(results)}
    command = ["grade", "--suite", "mini", "--suite-path", str(mini.root), "--completions", str(answers), "--quiet"]

    def grades(run: str) -> list[dict[str, object]]:
        found = lines(results / "runs" / run / "grades.jsonl")
        kept = [{key: value for key, value in grade.items() if key not in VOLATILE} for grade in found]
        return sorted(kept, key=lambda grade: (str(grade["problem"]), str(grade["sample"])))

    alone = harness(*command, "--run", "alone", "--no-cache", env=env)
    assert alone.code == 0, alone.err
    began = time.monotonic()
    both = {
        name: start(*command, "--run", name, cwd=tmp_path, env=env, log=tmp_path / name) for name in ("one", "other")
    }
    took: dict[str, float] = {}
    while len(took) < len(both):
        for name, process in both.items():
            if name not in took and process.poll() is not None:
                took[name] = time.monotonic() - began
        time.sleep(0.02)
    for name, process in both.items():
        assert process.returncode == 0, (tmp_path / name).read_text()
        assert grades(name) == grades("alone")
    print({name: round(seconds, 1) for name, seconds in took.items()})
    assert max(took.values()) < 1.5 * min(took.values())
    began = time.monotonic()
    again = harness(*command, "--run", "again", env=env)
    assert again.code == 0
    assert grades("again") == grades("alone")
    assert time.monotonic() - began < min(took.values()) / 2  # what either of them found is there for all
