"""Native suites: widths, problem.toml, what is wrong with a problem in one line, and where a suite is found."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import MiniSuite, problem_toml
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.records.problem import Clock, Port, Problem, Reset, Suite
from harness.suites import locate
from harness.suites.native import native_root, read_native
from harness.suites.reader import Source, SuiteReader
from harness.suites.width import evaluate_width

PARAMETERS = {"WIDTH": 8, "DEPTH": 16}


@pytest.mark.parametrize(
    ("expression", "bits"),
    [
        *((1, 1), (1 << 20, 1 << 20), ("8", 8), ("0x10", 16), ("WIDTH", 8), (" WIDTH ", 8), ("WIDTH*2+1", 17)),
        *(("WIDTH+DEPTH*2", 40), ("(WIDTH+DEPTH)*2", 48), ("DEPTH-WIDTH-1", 7), ("1<<WIDTH", 256)),
        *(("DEPTH/3", 5), ("DEPTH//3", 5), ("DEPTH%5", 1), ("$clog2(DEPTH)", 4), ("$clog2(DEPTH+1)", 5)),
        *(("$clog2($clog2(DEPTH))", 2), ("$clog2(DEPTH)+1", 5), ("$clog2(1)+1", 1), ("$clog2(0)+1", 1)),
    ],
)
def test_a_width_is_a_number_or_an_expression_over_the_parameters(expression: int | str, bits: int) -> None:
    assert evaluate_width(expression, PARAMETERS) == bits


@given(st.integers(2, 1 << 20))
def test_clog2_is_the_smallest_address_width_that_reaches_every_row(rows: int) -> None:
    bits = evaluate_width("$clog2(ROWS)", {"ROWS": rows})
    assert 2 ** (bits - 1) < rows <= 2**bits


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        *((0, '"0" is 0, which is no width'), (-1, '"-1" is -1'), ((1 << 20) + 1, "which is no width")),
        *(("", '"" is no expression'), ("WIDTH-1:0", "is no expression"), ("8'd4", "is no expression")),
        *(("WIDHT", '"WIDHT" is none of the parameters (WIDTH, DEPTH)'), ("WIDTH-8", "is 0, which is no width")),
        *(("WIDTH/0", "divides by zero"), ("WIDTH%0", "divides by zero"), ("2**WIDTH", "not allowed in a width")),
        *(
            ("-WIDTH", "not allowed"),
            ("1.5", "not allowed"),
            ("'a'", "not allowed"),
            ("WIDTH if 1 else 2", "not allowed"),
        ),
        *(("WIDTH.real", "not allowed"), ("__import__('os')", "not allowed"), ("$clog2(WIDTH, 2)", "not allowed")),
        *(
            ("$clog2(WIDTH, base=2)", "not allowed"),
            ("$clog2()", "not allowed"),
            ("1<<WIDTH<<WIDTH<<WIDTH", "no width"),
        ),
        *(("1" + "+1" * 20_000, "no expression"), ("-" * 5_000 + "1", "no expression"), ("(" * 300, "no expression")),
    ],
)
def test_what_is_no_width_is_a_value_error_that_says_why(expression: int | str, reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        evaluate_width(expression, PARAMETERS)
    assert reason in str(caught.value)


def test_a_width_without_parameters_says_that_there_are_none() -> None:
    with pytest.raises(ValueError, match=r'"W" is none of the parameters \(there are none\)'):
        evaluate_width("W", {})


# A suite that is whole


def read(suite: MiniSuite, task: Task = Task.SPEC_TO_RTL) -> Suite:
    return read_native(suite.root, task)


FULL = """version = 3
title = "A queue"
category = "memory"
difficulty = "hard"
top = "queue"
language = "systemverilog"
canary = "canary of queue"
golden = ["golden.v", "ram.v"]
given = ["types.v"]
tasks = ["spec-to-rtl"]
parameters = {WIDTH = 8, DEPTH = 16}
[testbench]
kind = "verilog"
files = ["tb.v", "model.v"]
seeds = 7
cpu_s = 9
[[clock]]
port = "clk"
edge = "negedge"
period_ns = 2.5
[[reset]]
port = "rst_n"
active = "low"
kind = "async"
[[port]]
name = "clk"
direction = "input"
width = 1
[[port]]
name = "rst_n"
direction = "input"
width = 1
[[port]]
name = "level"
direction = "output"
width = "$clog2(DEPTH)+1"
signed = true
"""


def test_every_key_of_a_problem_reaches_the_record(mini: MiniSuite) -> None:
    mini.add("queue", FULL, "module queue;\n", "module tb;\n", "# Queue\n")
    (mini.problem("queue") / "ram.v").write_text("module ram;\n")
    (mini.problem("queue") / "types.v").write_text("module types;\n")
    (mini.bench("queue") / "model.v").write_text("module model;\n")
    found = read(mini).problem("queue")
    assert isinstance(found, Problem)
    assert (found.name, found.title, found.category, found.difficulty) == ("queue", "A queue", "memory", "hard")
    assert (found.top, found.language, found.version, found.spec) == ("queue", "systemverilog", 3, "# Queue\n")
    assert found.canary == "canary of queue"
    assert [(file.name, file.text) for file in found.golden] == [
        ("golden.v", "module queue;\n"),
        ("ram.v", "module ram;\n"),
    ]
    assert [file.name for file in found.given] == ["types.v"]
    assert found.tasks == (Task.SPEC_TO_RTL,)
    assert found.parameters == {"WIDTH": 8, "DEPTH": 16}
    bench = found.testbench
    assert (bench.kind, bench.seeds, bench.cpu_s, bench.seeded) == ("verilog", 7, 9, True)
    assert [file.name for file in bench.files] == ["tb.v", "model.v"]
    assert found.ports[0] == Port("clk", "input", 1, False)
    assert found.ports[2] == Port("level", "output", 5, True)
    assert (found.clocks, found.resets) == ((Clock("clk", "negedge", 2.5),), (Reset("rst_n", "low", "async"),))
    assert found.origin == str(mini.problem("queue").resolve() / "problem.toml")


def test_what_may_be_left_out_has_the_documented_value(mini: MiniSuite) -> None:
    toml = problem_toml("plain", [("clk", "input", 1)], '[[clock]]\nport = "clk"\n')
    toml = toml.replace("seeds = 2\n", "").replace("cpu_s = 5\n", "")
    mini.add("plain", toml, "module plain;\n", "module tb;\n")
    found = read(mini).problem("plain")
    assert found is not None
    assert (found.testbench.seeds, found.testbench.cpu_s) == (3, 10)
    assert (found.given, found.parameters, found.resets) == ((), {}, ())
    assert (found.clocks, found.ports[0].signed) == ((Clock("clk", "posedge", 10),), False)


def test_problems_come_by_name_and_hidden_folders_and_loose_files_are_left_alone(mini: MiniSuite) -> None:
    (mini.root / ".cache").mkdir()
    (mini.root / "README.md").write_text("hello")
    found = read(mini)
    assert [problem.name for problem in found.problems] == ["and2", "counter"]
    assert (found.name, found.version, found.defects) == ("mini", "1.0", ())


def test_a_problem_that_does_not_offer_the_task_is_left_out_and_is_no_defect(mini: MiniSuite) -> None:
    path = mini.problem("and2") / "problem.toml"
    path.write_text(path.read_text().replace('["spec-to-rtl", "code-completion"]', '["spec-to-rtl"]'))
    assert [problem.name for problem in read(mini, Task.CODE_COMPLETION).problems] == ["counter"]
    assert read(mini, Task.CODE_COMPLETION).defects == ()
    assert len(read(mini).problems) == 2


def test_a_suite_is_read_from_a_relative_path_too(mini: MiniSuite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mini.root)
    assert read_native(Path(), Task.SPEC_TO_RTL).digest == read(mini).digest


# What is wrong, in one line


def replaced(old: str, new: str) -> Callable[[Path, Path], None]:
    def change(folder: Path, bench: Path) -> None:
        text = (folder / "problem.toml").read_text()
        assert old in text
        (folder / "problem.toml").write_text(text.replace(old, new, 1))

    return change


def writing(name: str, data: bytes, *, in_bench: bool = False) -> Callable[[Path, Path], None]:
    return lambda folder, bench: void(((bench if in_bench else folder) / name).write_bytes(data))


def removing(name: str, *, in_bench: bool = False) -> Callable[[Path, Path], None]:
    return lambda folder, bench: ((bench if in_bench else folder) / name).unlink()


def void(_: object) -> None:
    """For a lambda that is run for what it does."""


def no_bench(_: Path, bench: Path) -> None:
    (bench / "tb.v").unlink()
    bench.rmdir()


LAST_PORT = 'name = "q"\ndirection = "output"\nwidth = 4'
DEFECTS: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "no problem.toml": (removing("problem.toml"), "No such file or directory"),
    "not TOML": (writing("problem.toml", b"version = \n"), "not TOML: Invalid value (at line 1, column 11)"),
    "not UTF-8": (writing("problem.toml", b'title = "\xff"\n'), "not TOML: 'utf-8' codec can't decode"),
    "unknown key": (replaced('title = "', 'titel = "'), 'unknown key "titel". Did you mean "title"?'),
    "unknown key, far off": (replaced('title = "', 'zzz = 1\ntitle = "'), 'unknown key "zzz". Known: version, title, '),
    "key of a port": (replaced("width = 4", "widht = 4"), 'unknown key "widht" in [[port]] 3. Did you mean "width"?'),
    "key of the testbench": (replaced("cpu_s", "cpus"), 'unknown key "cpus" in [testbench]. Did you mean "cpu_s"?'),
    "key of a clock": (
        replaced("[testbench]", '[[clock]]\nport = "clk"\nperiod = 10\n[testbench]'),
        'unknown key "period" in [[clock]] 1. Did you mean "period_ns"?',
    ),
    "missing key": (replaced('canary = "test counter"\n', ""), 'key "canary" is missing'),
    "missing in a port": (replaced("width = 4", ""), 'key "width" in [[port]] 3 is missing'),
    "missing in the testbench": (replaced('kind = "verilog"\n', ""), 'key "kind" in [testbench] is missing'),
    "no testbench": (
        replaced('[testbench]\nkind = "verilog"\nfiles = ["tb.v"]\nseeds = 2\ncpu_s = 5\n', ""),
        'key "testbench" is missing',
    ),
    "wrong type": (replaced("version = 1", 'version = "one"'), 'key "version": Input should be a valid integer'),
    "out of range": (replaced("seeds = 2", "seeds = 0"), 'key "seeds" in [testbench]: Input should be greater than'),
    "none of the words": (
        replaced('"easy"', '"trivial"'),
        "key \"difficulty\": Input should be 'easy', 'medium', 'hard' or 'expert' (it is 'trivial')",
    ),
    "unknown task": (replaced('"code-completion"', '"code"'), 'key "tasks": Input should be'),
    "no task": (replaced('["spec-to-rtl", "code-completion"]', "[]"), 'key "tasks": List should have at least 1 item'),
    "direction of a port": (replaced('"output"', '"out"'), 'key "direction" in [[port]] 3: Input should be'),
    "no name of a module": (replaced('top = "counter"', 'top = "a b"'), 'key "top": String should match pattern'),
    "type of a width": (replaced("width = 4", "width = [4]"), 'key "width" in [[port]] 3: Input should be'),
    "width": (replaced("width = 4", 'width = "W"'), 'key "width" in [[port]] 3 ("q"): "W" is none of the parameters'),
    "port twice": (replaced('name = "rst"', 'name = "clk"'), 'two [[port]] tables are named "clk"'),
    "clock of no port": (
        replaced("[testbench]", '[[clock]]\nport = "clock"\n[testbench]'),
        'key "port" in [[clock]] 1: "clock" is none of the ports',
    ),
    "reset of no port": (
        replaced("[testbench]", '[[reset]]\nport = "reset"\nactive = "low"\nkind = "sync"\n[testbench]'),
        'key "port" in [[reset]] 1: "reset" is none of the ports',
    ),
    "no specification": (removing("spec.md"), 'key "spec.md": '),
    "empty specification": (writing("spec.md", b" \n\n"), "spec.md is empty"),
    "specification in Latin-1": (writing("spec.md", b"caf\xe9\n"), "spec.md is not UTF-8"),
    "no golden design": (removing("golden.v"), 'key "golden": '),
    "golden design elsewhere": (
        replaced('["golden.v"]', '["../and2/golden.v"]'),
        'key "golden": "../and2/golden.v" is not a plain file name',
    ),
    "hidden golden design": (replaced('["golden.v"]', '[".golden.v"]'), '".golden.v" is not a plain file name'),
    "name with a NUL": (replaced('["golden.v"]', '["a\\u0000.v"]'), "is not a plain file name"),
    "no name": (replaced('["golden.v"]', '[""]'), 'key "golden": '),
    "given source": (replaced("tasks = ", 'given = ["ram.v"]\ntasks = '), 'key "given": '),
    "no testbench file": (removing("tb.v", in_bench=True), 'key "testbench.files": '),
    "empty testbench": (writing("tb.v", b"\n", in_bench=True), "tb.v is empty"),
    "no testbench folder": (no_bench, 'key "testbench.files": '),
    "line break in a key": (replaced('title = "', '"a\\nb" = 1\ntitle = "'), "unknown key"),
    "line break in a width": (replaced("width = 4", 'width = "(4,\\n4)"'), "is not allowed in a width"),
}


@pytest.mark.parametrize("kind", DEFECTS)
def test_a_broken_problem_is_one_line_that_names_file_and_key_and_the_others_are_read(
    mini: MiniSuite, kind: str
) -> None:
    breaking, reason = DEFECTS[kind]
    breaking(mini.problem("counter"), mini.bench("counter"))
    found = read(mini)
    assert [problem.name for problem in found.problems] == ["and2"]
    [line] = found.defects
    assert line.startswith(f"{mini.problem('counter').resolve() / 'problem.toml'}: ")
    assert reason in line
    assert len(line.splitlines()) == 1


def test_each_broken_problem_has_a_line_of_its_own_in_the_order_of_names(mini: MiniSuite) -> None:
    for name in ("counter", "and2"):
        (mini.problem(name) / "problem.toml").unlink()
    (mini.root / "a folder without anything").mkdir()
    found = read(mini)
    assert found.problems == ()
    assert [Path(line.split(": ")[0]).parent.name for line in found.defects] == [
        "a folder without anything",
        "and2",
        "counter",
    ]


@pytest.mark.parametrize(
    "breaking",
    [
        lambda path: path.unlink(),
        lambda path: path.write_text('title = "no version"\n'),
        lambda path: path.write_text("version = "),
        lambda path: path.write_bytes(b'version = "\xff"'),
    ],
)
def test_a_folder_that_is_no_suite_is_wrong_use_that_names_the_file(mini: MiniSuite, breaking: Any) -> None:
    breaking(mini.root / "suite.toml")
    with pytest.raises(ConfigError) as caught:
        read(mini)
    assert f"{mini.root.resolve() / 'suite.toml'}: no native suite there" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


# Where a suite is


def reader(name: str, *, source: Source | None = None, default: Path | None = None) -> SuiteReader:
    return SuiteReader(
        name=name,
        title="t",
        tasks=(Task.SPEC_TO_RTL,),
        licence="MIT",
        read=read_native,
        source=source,
        default_root=None if default is None else lambda: default,
    )


SOURCE = Source("https://github.com/some/suite", "0123456789abcdef0123456789abcdef01234567")
VARIABLE = "HARNESS_SUITE_MY_SUITE_V1_2"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without ``.suites``, and no suite in the environment."""
    monkeypatch.chdir(tmp_path)
    for variable in (VARIABLE, "HARNESS_SUITE_CORE", "HARNESS_SUITE_MINI"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.mark.parametrize(("typed", "meant"), [("cor", "core"), ("coer", "core"), ("verilog-eval", "verilog-eval-v2")])
def test_a_misspelt_suite_is_answered_with_the_nearest_name(typed: str, meant: str) -> None:
    with pytest.raises(ConfigError) as caught:
        locate.find_reader(typed)
    assert str(caught.value) == f'no suite "{typed}". Did you mean "{meant}"? All suites: harness suites'


def test_a_suite_that_nothing_is_like_is_answered_without_a_guess() -> None:
    with pytest.raises(ConfigError, match=r'^no suite "zzzzzz"\. All suites: harness suites$'):
        locate.find_reader("zzzzzz")


def test_both_suites_of_the_package_are_installed_under_their_own_names() -> None:
    assert {"core", "verilog-eval-v2"} <= set(locate.suite_names())
    assert [locate.find_reader(name).name for name in ("core", "verilog-eval-v2")] == ["core", "verilog-eval-v2"]


def test_the_variable_of_a_suite_is_upper_case_with_underscores() -> None:
    assert locate.environment_variable("my-suite-v1.2") == VARIABLE


def test_the_path_that_was_given_comes_first_then_the_environment_then_the_package_then_what_was_fetched(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {name: elsewhere / name for name in ("given", "environment", "package", ".suites/my-suite-v1.2")}
    for place in places.values():
        place.mkdir(parents=True)
    packaged, published = reader("my-suite-v1.2", default=places["package"]), reader("my-suite-v1.2", source=SOURCE)
    assert locate.find_root(published, None).resolve() == places[".suites/my-suite-v1.2"].resolve()
    assert locate.find_root(packaged, None) == places["package"]
    monkeypatch.setenv(VARIABLE, str(places["environment"]))
    assert locate.find_root(packaged, None) == places["environment"]
    assert locate.find_root(published, None) == places["environment"]
    assert locate.find_root(packaged, str(places["given"])) == places["given"]


def test_a_folder_that_is_not_there_is_named_with_both_ways_to_give_one(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = f"suite my-suite-v1.2: /not/here does not exist (--suite-path or {VARIABLE})"
    with pytest.raises(ConfigError) as by_option:
        locate.find_root(reader("my-suite-v1.2"), "/not/here")
    monkeypatch.setenv(VARIABLE, "/not/here")
    with pytest.raises(ConfigError) as by_environment:
        locate.find_root(reader("my-suite-v1.2", default=elsewhere), None)
    assert str(by_option.value) == str(by_environment.value) == wanted


def test_a_published_suite_that_is_not_here_names_every_way_to_get_it(elsewhere: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        locate.find_root(reader("my-suite-v1.2", source=SOURCE), None)
    said = " ".join(str(caught.value).split())
    assert said == (
        f"suite my-suite-v1.2 is not here. Give its folder by --suite-path or {VARIABLE}, "
        "or let `make suites` fetch it (some/suite, commit 0123456)."
    )


def test_a_suite_that_nobody_publishes_is_not_promised_by_make_suites(elsewhere: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        locate.find_root(reader("my-suite-v1.2"), None)
    assert "make suites" not in str(caught.value)
    assert VARIABLE in str(caught.value)


def test_a_task_that_a_suite_does_not_have_is_answered_with_those_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locate, "find_reader", lambda name: reader(name))
    with pytest.raises(ConfigError, match=r'^suite "x" has no task "code-completion"\. It has: spec-to-rtl$'):
        locate.load_suite("x", Task.CODE_COMPLETION)


def test_a_users_own_native_suite_goes_by_its_folders_name(elsewhere: Path, mini: MiniSuite) -> None:
    found = locate.load_suite("mini", Task.SPEC_TO_RTL, str(mini.root))
    assert (found.name, len(found.problems)) == ("mini", 2)
    with pytest.raises(ConfigError, match=r'no suite "other"'):
        locate.load_suite("other", Task.SPEC_TO_RTL, str(mini.root))


def test_the_native_suite_of_the_package_is_found_and_another_is_not() -> None:
    assert (native_root("core") / "suite.toml").is_file()
    with pytest.raises(ConfigError, match="suite nothing is not here"):
        native_root("nothing")
