"""``harness verify``: an honest submission is accepted, and of a doctored one the first forged sample is named."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import AND_GOLDEN, COUNTER_GOLDEN, MiniSuite, mini_suite

from harness.cli.main import main
from harness.reports.verification import render

pytestmark = pytest.mark.tools
OR = AND_GOLDEN.replace("&", "|")
SEED_OF_AND2 = 1
"""With it --limit 1 draws the problem and2."""
STUCK = COUNTER_GOLDEN.replace("q + 1", "q + 2")
Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of answers, right and wrong; its suite lies beside it."""
    root = tmp_path_factory.mktemp("submission")
    mini = MiniSuite(root / "a suite" / "problems" / "mini")
    mini_suite(mini)
    answers = root / "answers.jsonl"
    codes = [("and2", AND_GOLDEN), ("and2", OR), ("counter", COUNTER_GOLDEN), ("counter", STUCK)]
    answers.write_text("".join(json.dumps({"task_id": name, "code": code}) + "\n" for name, code in codes))
    run = root / "results" / "runs" / "honest"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HARNESS_RESULTS", str(root / "results"))
        options = ("--suite-path", str(mini.root), "--waveforms", "0", "--quiet")
        assert main(["grade", "--completions", str(answers), "--run", str(run), *options]) == 0
    return run


@pytest.fixture
def verify(
    honest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Verify a copy; the exit code and the document."""
    monkeypatch.setenv("HARNESS_RESULTS", str(honest.parents[1]))

    def run(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        where = ("--suite-path", str(honest.parents[2] / "a suite" / "problems" / "mini"), "--out", str(tmp_path))
        code = main(["verify", str(folder), *where, "--quiet", "--json", *arguments])
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        return code, document

    return run


@pytest.fixture
def copy(honest: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(honest, tmp_path / "submitted"))


def change(path: Path, edit: Callable[[Lines], object]) -> None:
    """Rewrite a JSONL file as a forger would."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    edit(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def grade_of(lines: Lines, problem: str, sample: int) -> dict[str, Any]:
    return next(line for line in lines if (line["problem"], line["sample"]) == (problem, sample))


def summarise_again(run: Path) -> None:
    """What a careful forger does: the summary then agrees with the forged grades."""
    assert main(["report", str(run), "--waveforms", "0", "--quiet", "--json"]) == 0


def test_an_honest_submission_is_accepted_and_the_leaderboard_says_so(
    verify: Callable[..., Any], copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = verify(copy)
    assert (code, found["accepted"], found["checked"], found["findings"], found["warnings"]) == (0, True, 4, [], [])
    part = verify(copy, "--limit", "1", "--seed", str(SEED_OF_AND2))[1]
    assert (part["accepted"], part["checked"], part["digest"]) == (True, 2, found["digest"])
    [entry] = json.loads((tmp_path / "verified.json").read_text())["verified"].values()
    assert (entry["run"], entry["checked"], entry["samples"]) == ("submitted", 4, 4), "the larger check stays"
    assert main(["leaderboard", str(copy), "--out", str(tmp_path), "--json"]) == 0
    [board] = json.loads(capsys.readouterr().out)["boards"]
    assert board["rows"][0]["verified"] == entry


def doctored_outcome(lines: Lines) -> None:
    grade_of(lines, "counter", 1).update(grade_of(lines, "counter", 0), sample=1)


def doctored_ratio(lines: Lines) -> None:
    grade_of(lines, "counter", 0)["ratio"]["area"] = 0.5


def doctored_stage(lines: Lines) -> None:
    grade_of(lines, "and2", 1)["stages"]["simulate"]["failed"] = 0


def excused(lines: Lines) -> None:
    grade_of(lines, "and2", 1).update(outcome="infra_error", stages={})


def test_every_doctored_grade_is_named_also_where_the_summary_agrees_with_it(
    verify: Callable[..., Any], copy: Path, tmp_path: Path
) -> None:
    def forge(lines: Lines) -> None:
        for forgery in (doctored_outcome, doctored_ratio, doctored_stage):
            forgery(lines)

    change(copy / "grades.jsonl", forge)
    summarise_again(copy)
    code, found = verify(copy)
    assert (code, found["accepted"], found["verified"]) == (4, False, None)
    assert not (tmp_path / "verified.json").exists()
    places = [(finding["kind"], finding["problem"], finding["sample"]) for finding in found["findings"]]
    assert places == [("grade", "and2", 1), ("grade", "counter", 0), ("grade", "counter", 1)]
    stage, ratio, outcome = (finding["what"] for finding in found["findings"])
    assert stage.startswith("stages.simulate.failed is 0, and should be")
    assert ratio == "ratio.area is 0.5, and should be 1.0"
    assert outcome == "is said to be pass; graded again it is mismatch"
    out = render(found)
    assert f"first forged sample: and2 1: {stage}\n" in out
    assert all(len(line) <= 100 for line in out.splitlines())


def test_an_excuse_and_a_summary_that_its_grades_do_not_give_are_found(verify: Callable[..., Any], copy: Path) -> None:
    change(copy / "grades.jsonl", excused)
    summarise_again(copy)
    summary = json.loads((copy / "summary.json").read_text())
    summary["metrics"]["function"]["pass@1"]["value"] = 0.9
    (copy / "summary.json").write_text(json.dumps(summary))
    code, found = verify(copy, "--limit", "1", "--seed", str(SEED_OF_AND2))
    assert (code, [finding["kind"] for finding in found["findings"]]) == (4, ["grade", "summary"])
    excuse, figure = (finding["what"] for finding in found["findings"])
    assert excuse == "is said to be infra_error; graded again it is mismatch"
    assert figure.startswith("summary.json: metrics.function.pass@1.value is 0.9, and should be 0.")


def test_a_reply_that_is_not_the_one_that_was_graded_is_found(verify: Callable[..., Any], copy: Path) -> None:
    change(copy / "completions.jsonl", lambda lines: lines[0].update(text=f"// better\n{AND_GOLDEN}"))
    code, found = verify(copy, "--limit", "1", "--seed", str(SEED_OF_AND2))
    assert (code, [finding["kind"] for finding in found["findings"]]) == (4, ["completion", "answers"])
    assert (found["findings"][0]["problem"], found["findings"][0]["sample"]) == ("and2", 0)


def test_a_dropped_line_is_found(verify: Callable[..., Any], copy: Path) -> None:
    change(copy / "grades.jsonl", lambda lines: lines.remove(grade_of(lines, "counter", 1)))
    summarise_again(copy)
    code, found = verify(copy, "--limit", "1", "--seed", str(SEED_OF_AND2))
    [finding] = found["findings"]
    assert (code, finding["kind"], finding["problem"], finding["sample"]) == (4, "missing", "counter", 1)


def test_another_suite_is_named_and_nothing_is_graded(verify: Callable[..., Any], copy: Path) -> None:
    about = json.loads((copy / "run.json").read_text())
    about["suite"]["digest"] = "sha256:other"
    (copy / "run.json").write_text(json.dumps(about))
    code, found = verify(copy)
    assert (code, found["checked"]) == (4, 0)
    assert {finding["kind"] for finding in found["findings"]} == {"suite", "parameters"}


def test_a_run_of_which_a_part_was_graded_again_is_still_whole_and_a_doctored_golden_json_is_named(
    verify: Callable[..., Any], copy: Path, honest: Path
) -> None:
    part = ("--suite-path", str(honest.parents[2] / "a suite" / "problems" / "mini"), "--problems", "and2")
    before = (copy / "problems.json").read_text()
    assert main(["grade", str(copy), *part, "--waveforms", "0", "--quiet", "--json"]) == 0
    assert (copy / "problems.json").read_text() == before
    golden = json.loads((copy / "golden.json").read_text())
    for figures in ({**golden["problems"]["and2"]["figures"], "area": 1.0}, {}):
        forged = json.loads(json.dumps(golden))
        forged["problems"]["and2"]["figures"] = figures
        (copy / "golden.json").write_text(json.dumps(forged))
        summarise_again(copy)
        code, found = verify(copy, "--limit", "1", "--seed", str(SEED_OF_AND2))
        assert (code, [finding["kind"] for finding in found["findings"]]) == (4, ["golden"])
        assert found["findings"][0]["what"].startswith("golden.json: ")
    (copy / "golden.json").write_text(json.dumps(golden))
    summarise_again(copy)
    code, found = verify(copy, "--limit", "1", "--seed", str(SEED_OF_AND2))
    assert (code, found["findings"]) == (0, [])
