"""Which of several verdict lines counts, and how a mismatch is told. (test_verdict_line.py holds the line's shape.)"""

from hypothesis import assume, example, given
from hypothesis import strategies as st

from harness.grading.verdict import Verdict, describe_mismatch, read_verdict

KEY = "00c0ffee00c0ffee"
KEYS = st.one_of(st.just(KEY), st.sampled_from(["0" * 16, "f" * 16, KEY.upper(), KEY[:-1]]))
NUMBER = st.integers(0, 10**18 - 1)
LINES = st.lists(st.tuples(KEYS, NUMBER, NUMBER), min_size=1, max_size=6)


def written(key: str, checked: int, failed: int) -> str:
    return f"HARNESS {key} checked={checked} failed={failed} first=-"


@given(LINES)
def test_of_many_verdict_lines_the_last_one_decides_and_only_with_the_right_key(
    said: list[tuple[str, int, int]],
) -> None:
    output = "".join(written(*line) + "\n" for line in said)
    key, checked, failed = said[-1]
    assert read_verdict(output, KEY) == (Verdict(checked, failed, None) if key == KEY else None)


@given(LINES, st.text(st.characters(exclude_characters="\n\r"), min_size=1, max_size=40))
@example([(KEY, 1, 0)], " ")
@example([(KEY, 1, 0)], "$finish called at 100")
def test_one_more_line_takes_every_verdict_away(said: list[tuple[str, int, int]], after: str) -> None:
    output = "".join(written(*line) + "\n" for line in said)
    assert read_verdict(output, KEY) is None or said[-1][0] == KEY
    assert read_verdict(output + after, KEY) is None


@given(st.integers(0, 15), st.sampled_from("0123456789abcdef"))
def test_a_key_that_is_wrong_in_one_digit_is_a_wrong_key(place: int, digit: str) -> None:
    assume(KEY[place] != digit)
    other = KEY[:place] + digit + KEY[place + 1 :]
    assert read_verdict(written(other, 10, 0), KEY) is None
    assert read_verdict(written(KEY, 10, 0), KEY) == Verdict(10, 0, None)


def test_an_empty_output_has_no_verdict() -> None:
    assert [read_verdict(output, KEY) for output in ("", "\n", "\n\n\n", "\r\n")] == [None] * 4


def test_a_carriage_return_before_the_line_does_not_hide_what_stands_in_front_of_it() -> None:
    assert read_verdict("forged\r" + written(KEY, 10, 0), KEY) is None


@given(st.integers(1, 12))
def test_the_first_mismatch_line_is_told_and_no_later_one(count: int) -> None:
    lines = [f"MISMATCH time={10 * i} signal=s{i} expected=1 got=x\n" for i in range(count)]
    said = describe_mismatch("".join(lines), Verdict(count, count, 0))
    assert said == f"s0 differs first at time 0: expected 1, got x; {count} of {count} checks failed"


def test_a_time_that_verilog_pads_with_blanks_is_read() -> None:
    said = describe_mismatch("MISMATCH time=    125 signal=full expected=1 got=0\n", Verdict(4096, 37, 125))
    assert said == "full differs first at time 125: expected 1, got 0; 37 of 4096 checks failed"


def test_a_mismatch_line_that_is_not_whole_is_left_aside_for_the_verdicts_own_figures() -> None:
    for torn in (
        "MISMATCH time=5 signal=q expected=1\n",
        "x MISMATCH time=5 signal=q expected=1 got=0\n",
        "MISMATCH time=5 signal=q expected=1 got=0 and more\n",
        f"MISMATCH time=5 signal={'q' * 81} expected=1 got=0\n",
    ):
        said = describe_mismatch(torn, Verdict(9, 2, 7))
        assert said == "first difference at time 7; 2 of 9 checks failed"


def test_hints_are_ordered_by_time_as_a_number_and_not_as_text() -> None:
    output = "".join(
        f"Hint: Output '{name}' has 2 mismatches. First mismatch occurred at time {time}.\n"
        for name, time in (("late", 1000), ("early", 95))
    )
    assert describe_mismatch(output, Verdict(8, 4, None)).startswith("early differs first at time 95;")
