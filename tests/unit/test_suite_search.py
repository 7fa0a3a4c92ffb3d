"""Finding a suite: its reader by name, its folder by option, environment or place; and port widths."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import MiniSuite
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.suites import locate
from harness.suites.reader import Source, SuiteReader
from harness.suites.width import evaluate_width

READER = SuiteReader(
    name="some-suite.v2",
    title="t",
    tasks=(Task.SPEC_TO_RTL,),
    licence="MIT",
    read=lambda root, task: pytest.fail("not asked for"),
    source=Source("https://github.com/someone/some-suite", "0123456789abcdef"),
)
VARIABLE = "HARNESS_SUITE_SOME_SUITE_V2"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in an empty folder, with no suite in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("HARNESS_SUITE_CORE", raising=False)
    return tmp_path


def test_the_installed_suites_are_listed_and_each_has_a_reader_of_its_name() -> None:
    assert {"core", "verilog-eval-v2"} <= set(locate.suite_names())
    assert [locate.find_reader(name).name for name in locate.suite_names()] == locate.suite_names()


@pytest.mark.parametrize(("wrong", "near"), [("verilog-eval", "verilog-eval-v2"), ("Core", "core"), ("cor", "core")])
def test_a_misspelt_suite_is_answered_with_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(ConfigError, match=f'no suite "{wrong}". Did you mean "{near}"\\? All suites: harness suites'):
        locate.find_reader(wrong)


def test_a_suite_that_is_like_no_other_is_answered_without_a_guess() -> None:
    with pytest.raises(ConfigError) as caught:
        locate.find_reader("zzz")
    assert str(caught.value) == 'no suite "zzz". One of your own needs --suite-path DIR. All suites: harness suites'


def test_an_entry_point_that_is_no_reader_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = SimpleNamespace(name="odd", value="pkg.mod:thing", load=lambda: object())
    monkeypatch.setattr(locate, "entry_points", lambda group: [entry])
    with pytest.raises(ConfigError, match=r'suite "odd": pkg\.mod:thing is not a SuiteReader'):
        locate.find_reader("odd")


def test_the_option_goes_before_the_environment_and_that_before_the_fetched_folder(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("option", "environment", ".suites/some-suite.v2"):
        (elsewhere / name).mkdir(parents=True)
    assert locate.find_root(READER, None) == Path(".suites/some-suite.v2")
    monkeypatch.setenv(VARIABLE, "environment")
    assert locate.find_root(READER, None) == Path("environment")
    assert locate.find_root(READER, "option") == Path("option")


@pytest.mark.parametrize("by", ["option", "environment"])
def test_a_folder_that_is_named_and_not_there_is_an_error_even_where_another_is(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    (elsewhere / ".suites/some-suite.v2").mkdir(parents=True)
    if by == "environment":
        monkeypatch.setenv(VARIABLE, "gone")
    with pytest.raises(ConfigError, match=rf"gone does not exist \(--suite-path or {VARIABLE}\)"):
        locate.find_root(READER, "gone" if by == "option" else None)


def test_a_missing_suite_names_every_way_to_give_one() -> None:
    with pytest.raises(ConfigError) as caught:
        locate.find_root(READER, None)
    for way in ("--suite-path", VARIABLE, "`make suites`", "someone/some-suite", "0123456"):
        assert way in str(caught.value)
    with pytest.raises(ConfigError) as unpublished:
        locate.find_root(replace(READER, source=None), None)
    assert "make suites" not in str(unpublished.value)


def test_a_suite_that_travels_with_the_harness_needs_no_folder(elsewhere: Path) -> None:
    there = replace(READER, default_root=lambda: elsewhere / "inside")
    assert locate.find_root(there, None) == elsewhere / "inside"


def test_a_native_suite_is_read_from_the_folder_that_the_environment_names(
    mini: MiniSuite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARNESS_SUITE_CORE", str(mini.root))
    assert len(locate.load_suite("core", Task.SPEC_TO_RTL).problems) == 2
    with pytest.raises(ConfigError, match='no suite "mini"'):
        locate.load_suite("mini", Task.SPEC_TO_RTL)
    assert locate.load_suite("mini", Task.SPEC_TO_RTL, str(mini.root)).name == "mini"


def test_a_task_that_a_suite_has_not_is_answered_with_those_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = SimpleNamespace(name="some", value="v", load=lambda: READER)
    monkeypatch.setattr(locate, "entry_points", lambda group: [entry])
    with pytest.raises(ConfigError, match=r'has no task "code-completion"\. It has: spec-to-rtl'):
        locate.load_suite("some", Task.CODE_COMPLETION)


# Widths

PARAMETERS = {"WIDTH": 8, "DEPTH": 16, "ODD": 5}


@pytest.mark.parametrize(
    ("expression", "width"),
    [
        (1, 1),
        ("8", 8),
        ("WIDTH", 8),
        ("WIDTH*2+1", 17),
        ("(WIDTH+1)*2", 18),
        ("WIDTH-ODD", 3),
        ("WIDTH/ODD", 1),
        ("WIDTH%ODD", 3),
        ("1<<ODD", 32),
        ("$clog2(DEPTH)", 4),
        ("$clog2(DEPTH+1)", 5),
        ("$clog2(2)", 1),
        ("WIDTH * $clog2(DEPTH)", 32),
    ],
)
def test_a_width_is_worked_out_from_the_parameters(expression: int | str, width: int) -> None:
    assert evaluate_width(expression, PARAMETERS) == width


@given(st.integers(1, 1 << 20))
def test_clog2_is_the_bits_that_tell_so_many_apart(depth: int) -> None:
    bits = evaluate_width("$clog2(D)+1", {"D": depth}) - 1
    assert 2**bits >= depth > 2 ** (bits - 1) if depth > 1 else bits == 0


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("WDITH", r'"WDITH" is none of the parameters \(WIDTH, DEPTH, ODD\)'),
        ("WIDTH+", "is no expression"),
        ("", "is no expression"),
        ("WIDTH-8", '"WIDTH-8" is 0, which is no width'),
        ("ODD-WIDTH", "is -3, which is no width"),
        (0, '"0" is 0, which is no width'),
        (1 << 21, "which is no width"),
        ("1<<1<<99", "which is no width"),
        ("1<<(1<<60)", "which is no width"),
        ("WIDTH/0", "it divides by zero"),
        ("WIDTH**2", "not allowed in a width"),
        ("1.5", "not allowed in a width"),
        ("__import__('os').system('true')", "not allowed in a width"),
        ("[1][0]", "not allowed in a width"),
        ("-1", "not allowed in a width"),
        ("1<<(0-1)", "negative"),
    ],
)
def test_a_width_that_is_none_says_why(expression: int | str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        evaluate_width(expression, PARAMETERS)


@given(st.text("WIDTHODP0123456789+-*/%<>()$clog2 .,:[]'\"", max_size=25))
def test_any_text_is_a_width_or_an_error_that_says_why(text: str) -> None:
    try:
        width = evaluate_width(text, PARAMETERS)
    except ValueError as error:
        assert str(error)
    else:
        assert 1 <= width <= 1 << 20
