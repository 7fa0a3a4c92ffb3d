"""What the line of a long job says of the time that is left."""

import re

import pytest

from harness.runs.progress import Progress


def shown(capsys: pytest.CaptureFixture[str], slow: int) -> tuple[list[str], int]:
    """Whether an ETA stands there after each of six samples, and from which one on it is reckoned."""
    with Progress("grading", 6, slow=slow) as progress:
        progress._bar.mininterval, progress._bar.dynamic_miniters = 0, False
        for _ in range(6):
            progress.grade(True, False)
        reckoned = progress._bar.initial
    found = re.findall(r" ([1-6])/6 .*?ETA (\S+?),", capsys.readouterr().err)
    return list(dict(found).values()), reckoned


def test_nothing_is_foretold_from_samples_that_say_nothing_of_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    etas, reckoned = shown(capsys, 3)
    assert etas[:3] == ["?"] * 3
    assert "?" not in etas[3:]
    assert reckoned == 3


@pytest.mark.parametrize("slow", [0, 3])
def test_a_bar_that_was_quick_ends_with_its_last_line(capsys: pytest.CaptureFixture[str], slow: int) -> None:
    with Progress("grading", 6, slow=slow) as progress:
        for _ in range(6):
            progress.grade(True, False)
    last = capsys.readouterr().err.split("\r")[-1]
    assert "6/6" in last
    assert last.endswith("\n")


def test_where_all_are_alike_it_is_foretold_from_the_first_one_on(capsys: pytest.CaptureFixture[str]) -> None:
    etas, reckoned = shown(capsys, 0)
    assert (len(etas), "?" in etas, reckoned) == (6, False, 0)
