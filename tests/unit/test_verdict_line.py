"""The keyed verdict line: believed as the very last line with this run's key, and never otherwise."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.grading.verdict import Verdict, describe_mismatch, fresh_key, read_verdict

KEY = "5bd1e9955bd1e995"
COUNT = st.integers(0, 10**12)
TEXT = st.text(max_size=200)


def line(key: str = KEY, checked: int = 6231, failed: int = 0, first: str = "-") -> str:
    return f"HARNESS {key} checked={checked} failed={failed} first={first}"


@given(TEXT, COUNT, COUNT, st.one_of(st.none(), COUNT), st.sampled_from(["", "\n", "\n\n", "\r\n"]))
def test_the_last_line_with_the_key_is_read_whatever_stands_before(
    before: str, checked: int, failed: int, first: int | None, end: str
) -> None:
    body = before + "\n" if before else ""
    found = read_verdict(body + line(KEY, checked, failed, "-" if first is None else str(first)) + end, KEY)
    assert found == Verdict(checked, failed, first)


@given(TEXT)
def test_no_text_without_the_key_is_a_verdict(output: str) -> None:
    assume(KEY not in output)
    assert read_verdict(output, KEY) is None
    assert read_verdict(output + "\n" + line("0" * 15 + "1"), KEY) is None


@given(TEXT, TEXT)
def test_a_right_line_that_is_not_the_last_one_is_no_verdict(before: str, after: str) -> None:
    assume(after.strip("\n\r") and KEY not in after)
    assert read_verdict(f"{before}\n{line()}\n{after}", KEY) is None


@given(st.text(min_size=1, max_size=20), st.booleans())
def test_anything_else_on_the_line_spoils_it(extra: str, in_front: bool) -> None:
    assume(not extra.endswith("\n") if in_front else extra.strip("\n\r"))
    assert read_verdict(extra + line() if in_front else line() + extra, KEY) is None


@pytest.mark.parametrize(
    "text",
    [
        line(KEY.upper()),
        line(KEY[:-1]),
        line(KEY + "0"),
        line().replace("HARNESS", "harness"),
        line().replace("checked=6231", "checked="),
        line().replace("checked=6231", "checked=-1"),
        line().replace("checked=6231", "checked=x"),
        line().replace(" first=-", ""),
        line().replace("failed=0", "failed=0 failed=0"),
        line().replace("checked=6231 failed=0", "failed=0 checked=6231"),
        line(checked=10**18),
        line() + " ",
        " " + line(),
    ],
)
def test_a_line_of_another_shape_is_no_verdict(text: str) -> None:
    assert read_verdict(text, KEY) is None


def test_the_key_zero_which_an_uninstantiated_parameter_has_is_never_believed() -> None:
    assert read_verdict(line("0" * 16), "0" * 16) is None


def test_keys_are_sixteen_hex_digits_and_never_the_same() -> None:
    keys = {fresh_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert all(len(key) == 16 and int(key, 16) > 0 and key == key.lower() for key in keys)


def test_a_mismatch_names_signal_time_and_both_values() -> None:
    output = (
        "noise\n"
        "MISMATCH time=19 signal=q expected=0001 got=00x1\n"
        "MISMATCH time=29 signal=r expected=0010 got=0000\n" + line(failed=2, first="19")
    )
    said = describe_mismatch(output, Verdict(100, 2, 19))
    assert said == "q differs first at time 19: expected 0001, got 00x1; 2 of 100 checks failed"


def test_of_verilog_evals_hints_the_earliest_is_told() -> None:
    output = (
        "Hint: Output 'late' has 3 mismatches. First mismatch occurred at time 90.\n"
        "Hint: Output 'early' has 1 mismatches. First mismatch occurred at time 15.\n"
        "Hint: Output 'none' has no mismatches.\n"
    )
    assert describe_mismatch(output, Verdict(20, 4, 15)) == "early differs first at time 15; 4 of 20 checks failed"


def test_a_mismatch_without_a_telling_line_still_says_when() -> None:
    assert describe_mismatch("", Verdict(20, 4, 15)) == "first difference at time 15; 4 of 20 checks failed"
    assert describe_mismatch("", Verdict(20, 4, None)) == "4 of 20 checks failed"


@given(TEXT, st.text(min_size=1, max_size=30))
def test_a_description_is_one_line_of_bounded_length(output: str, signal: str) -> None:
    hostile = f"{output}\nMISMATCH time=1 signal={signal} expected=1 got={output}\n"
    said = describe_mismatch(hostile, Verdict(2, 1, 1))
    assert len(said.splitlines()) == 1
    assert len(said) < 700
