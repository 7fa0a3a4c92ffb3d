"""Native problems: what is read, and one line for what is wrong, with the file, the key and the way out."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import AND_GOLDEN, MiniSuite, problem_toml
from pydantic import BaseModel

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.records.problem import Clock, Port, Reset
from harness.runs.session import select
from harness.suites.native import native_root, read_native
from harness.suites.schema import ProblemTable

TASK = Task.SPEC_TO_RTL


def test_problems_are_read_in_the_order_of_their_names(mini: MiniSuite) -> None:
    suite = read_native(mini.root, TASK)
    assert [problem.name for problem in suite.problems] == ["and2", "counter"]
    assert (suite.name, suite.version, suite.defects, suite.official_rules) == ("mini", "1.0", (), None)


def test_a_problem_has_everything_that_its_files_say(mini: MiniSuite) -> None:
    extra = 'given = ["given.v"]\nparameters = {WIDTH = 8}\n'
    toml = problem_toml("shift", [("clk", "input", 1), ("rst_n", "input", 1), ("q", "output", 1)], extra)
    toml = toml.replace(
        'name = "q"\ndirection = "output"\nwidth = 1',
        'name = "q"\ndirection = "output"\nwidth = "WIDTH*2"\nsigned = true',
    )
    toml += '[[clock]]\nport = "clk"\nedge = "negedge"\nperiod_ns = 4\n[[reset]]\nport = "rst_n"\nactive = "low"\nkind = "async"\n'
    mini.add("shift", toml, "module shift; endmodule\n", "module tb; endmodule\n", "Shift.\n")
    (mini.problem("shift") / "given.v").write_text("module given; endmodule\n")
    [problem] = [found for found in read_native(mini.root, TASK).problems if found.name == "shift"]
    assert problem.ports == (Port("clk", "input", 1), Port("rst_n", "input", 1), Port("q", "output", 16, True))
    assert problem.clocks == (Clock("clk", "negedge", 4),)
    assert problem.resets == (Reset("rst_n", "low", "async"),)
    assert [(source.name, source.text) for source in problem.given] == [("given.v", "module given; endmodule\n")]
    assert [source.name for source in problem.golden] == ["golden.v"]
    assert [source.text for source in problem.testbench.files] == ["module tb; endmodule\n"]
    assert (problem.testbench.seeds, problem.testbench.cpu_s, problem.testbench.seeded) == (2, 5, True)
    assert (problem.spec, problem.parameters, problem.origin) == (
        "Shift.\n",
        {"WIDTH": 8},
        str(mini.problem("shift") / "problem.toml"),
    )


def test_a_problem_is_left_out_of_a_task_that_it_does_not_offer(mini: MiniSuite) -> None:
    path = mini.problem("and2") / "problem.toml"
    path.write_text(path.read_text().replace('["spec-to-rtl", "code-completion"]', '["code-completion"]'))
    assert [found.name for found in read_native(mini.root, TASK).problems] == ["counter"]
    assert [found.name for found in read_native(mini.root, Task.CODE_COMPLETION).problems] == ["and2", "counter"]


def test_an_impossible_problem_is_marked_and_its_digest_says_so(mini: MiniSuite) -> None:
    before = read_native(mini.root, TASK).problems[0]
    path = mini.problem("and2") / "problem.toml"
    path.write_text(path.read_text().replace("[testbench]", "impossible = true\n[testbench]"))
    problem = read_native(mini.root, TASK).problems[0]
    assert (before.impossible, problem.impossible) == (False, True)
    assert before.digest != problem.digest


@pytest.mark.parametrize("where", [".", "../mini", "mini"])
def test_a_suite_can_be_named_from_where_one_stands(
    mini: MiniSuite, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.chdir(mini.root.parent if where == "mini" else mini.root)
    suite = read_native(Path(where), TASK)
    assert (suite.name, len(suite.problems), suite.defects) == ("mini", 2, ())


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda root: (root / "suite.toml").unlink(), "No such file"),
        (lambda root: (root / "suite.toml").write_text("version ="), "Invalid value"),
        (lambda root: (root / "suite.toml").write_bytes(b"version = '\xff'"), "utf-8"),
        (lambda root: (root / "suite.toml").write_text(""), "version"),
    ],
)
def test_a_folder_that_is_no_native_suite_is_refused(
    mini: MiniSuite, break_it: Callable[[Path], object], said: str
) -> None:
    break_it(mini.root)
    with pytest.raises(ConfigError, match="no native suite there") as caught:
        read_native(mini.root, TASK)
    assert said in str(caught.value)
    assert str(mini.root / "suite.toml") in str(caught.value)


def test_the_shipped_suite_is_found_and_another_is_not() -> None:
    assert (native_root("core") / "suite.toml").is_file()
    with pytest.raises(ConfigError, match="suite nowhere is not here"):
        native_root("nowhere")


# Defects

TOML = problem_toml("and2", [("a", "input", 1), ("b", "input", 1), ("y", "output", 1)])


def edit(old: str, new: str) -> Callable[[MiniSuite], None]:
    def change(mini: MiniSuite) -> None:
        assert old in TOML
        (mini.problem("and2") / "problem.toml").write_text(TOML.replace(old, new, 1))

    return change


def write(name: str, data: bytes | None) -> Callable[[MiniSuite], None]:
    """``bench/…`` is a file of the testbench."""

    def change(mini: MiniSuite) -> None:
        folder = mini.bench("and2") if name.startswith("bench/") else mini.problem("and2")
        path = folder / name.removeprefix("bench/")
        path.unlink() if data is None else path.write_bytes(data)

    return change


CLOCK = '[[clock]]\nport = "clk"\n'
DEFECTS: dict[str, tuple[Callable[[MiniSuite], None], str]] = {
    "misspelt key": (edit("title =", "titel ="), 'unknown key "titel". Did you mean "title"?'),
    "unknown key": (edit("version = 1", "version = 1\nxyzzy = 1"), 'unknown key "xyzzy". Known: version, title'),
    "misspelt key of a table": (
        edit("seeds = 2", "seed = 2"),
        'unknown key "seed" in [testbench]. Did you mean "seeds"?',
    ),
    "misspelt key of the second port": (
        edit('name = "b"\ndirection', 'name = "b"\ndirektion'),
        'unknown key "direktion" in [[port]] 2. Did you mean "direction"?',
    ),
    "missing key": (edit('canary = "test and2"\n', ""), 'key "canary" is missing'),
    "missing key of a table": (edit('kind = "verilog"\n', ""), 'key "kind" in [testbench] is missing'),
    "missing key of a port": (edit("width = 1\n", ""), 'key "width" in [[port]] 1 is missing'),
    "word that is not in the list": (
        edit('difficulty = "easy"', 'difficulty = "trivial"'),
        "key \"difficulty\": Input should be 'easy', 'medium', 'hard' or 'expert' (it is 'trivial')",
    ),
    "task that there is not": (
        edit('"spec-to-rtl", ', '"spec2rtl", '),
        "key \"tasks\": Input should be 'spec-to-rtl', 'code-completion' or 'line-completion' (it is 'spec2rtl')",
    ),
    "list of another type": (edit('["golden.v"]', "[1]"), 'key "golden": Input should be a valid string (it is 1)'),
    "nested list of another type": (
        edit('["tb.v"]', "[1]"),
        'key "files" in [testbench]: Input should be a valid string (it is 1)',
    ),
    "number of another type": (
        edit("seeds = 2", 'seeds = "two"'),
        'key "seeds" in [testbench]: Input should be a valid',
    ),
    "number out of range": (edit("cpu_s = 5", "cpu_s = 0"), 'key "cpu_s" in [testbench]: Input should be greater than'),
    "width of another type": (edit("width = 1", "width = 1.5"), 'key "width" in [[port]] 1: Input should be a valid'),
    "width over an unknown name": (
        edit("width = 1", 'width = "WIDTH"'),
        'key "width" in [[port]] 1 ("a"): "WIDTH" is none of the parameters (there are none)',
    ),
    "width of no bits": (
        edit("width = 1", "width = 0"),
        'key "width" in [[port]] 1 ("a"): "0" is 0, which is no width',
    ),
    "name that is no name": (
        edit('name = "b"', 'name = "b-c"'),
        'key "name" in [[port]] 2: String should match pattern',
    ),
    "port named twice": (edit('name = "b"', 'name = "a"'), 'two [[port]] tables are named "a"'),
    "no ports": (edit(TOML[TOML.index("[[port]]") :], ""), 'key "port" is missing'),
    "clock that is no port": (
        edit("[testbench]", CLOCK + "[testbench]"),
        'key "port" in [[clock]] 1: "clk" is none of the ports',
    ),
    "no TOML": (edit("version = 1", "version ="), "not TOML: Invalid value (at line 1"),
    "TOML in another encoding": (write("problem.toml", b'title = "\xe4"\n'), "not TOML: 'utf-8' codec"),
    "no problem.toml": (write("problem.toml", None), "No such file or directory"),
    "path out of the folder": (
        edit('"golden.v"', '"../golden.v"'),
        'key "golden": "../golden.v" is not a plain file name',
    ),
    "missing golden design": (write("golden.v", None), 'key "golden": '),
    "empty golden design": (write("golden.v", b"\n \n"), "golden.v is empty"),
    "golden design in another encoding": (write("golden.v", b"// \xff\n"), "golden.v is not UTF-8"),
    "missing testbench": (write("bench/tb.v", None), 'key "testbench.files": '),
    "missing specification": (write("spec.md", None), 'key "spec.md": '),
    "empty specification": (write("spec.md", b""), "spec.md is empty"),
}


@pytest.mark.parametrize("kind", DEFECTS)
def test_a_broken_problem_is_one_line_and_the_others_are_read(mini: MiniSuite, kind: str) -> None:
    change, said = DEFECTS[kind]
    change(mini)
    suite = read_native(mini.root, TASK)
    assert [problem.name for problem in suite.problems] == ["counter"]
    [line] = suite.defects
    assert line.startswith(f"{mini.problem('and2') / 'problem.toml'}: ")
    assert said in line
    assert len(line.splitlines()) == 1


def test_a_missing_file_is_named_with_its_folder(mini: MiniSuite) -> None:
    (mini.bench("and2") / "tb.v").unlink()
    [line] = read_native(mini.root, TASK).defects
    assert line.endswith(f'key "testbench.files": {mini.bench("and2") / "tb.v"}: No such file or directory')


def test_a_broken_problem_that_is_asked_for_by_name_says_what_is_broken(mini: MiniSuite) -> None:
    edit('name = "a"', 'nmae = "a"')(mini)
    suite = read_native(mini.root, Task.SPEC_TO_RTL)
    with pytest.raises(ConfigError, match=r'no problem that can be run\. .*and2/problem\.toml: unknown key "nmae"'):
        select(suite, "and2", None)
    with pytest.raises(ConfigError, match="harness list --suite"):
        select(suite, "or2", None)


def test_hidden_folders_and_files_are_no_problems(mini: MiniSuite) -> None:
    (mini.root / ".git").mkdir()
    (mini.root / "notes.md").write_text("x")
    assert read_native(mini.root, TASK).defects == ()
    (mini.root / "empty").mkdir()
    assert len(read_native(mini.root, TASK).defects) == 1


def test_the_page_on_writing_problems_shows_every_key_and_no_other(mini: MiniSuite) -> None:
    page = (Path(__file__).parents[2] / "docs" / "add-a-problem.md").read_text()
    [toml] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    names = set(re.findall(r"^(\w+) =", toml, re.MULTILINE)) | set(re.findall(r"^\[+(\w+)\]", toml, re.MULTILINE))
    inner = {"testbench", "clock", "reset", "port"}
    known = set(ProblemTable.model_fields)
    for table in inner:
        annotation = str(ProblemTable.model_fields[table].annotation)
        kind = next(kind for kind in _tables() if kind.__name__ in annotation)
        known |= set(kind.model_fields)
    assert names == known
    shown = (
        toml.replace("saturating_addsub", "shown")
        .replace('port = "clk"', 'port = "a"')
        .replace('port = "rst"', 'port = "a"')
    )
    mini.add("shown", shown, AND_GOLDEN, "module tb; endmodule\n")
    suite = read_native(mini.root, TASK)
    assert (suite.defects, len(suite.problems)) == ((), 3)


def _tables() -> list[type[BaseModel]]:
    from harness.suites import schema

    return [schema.TestbenchTable, schema.ClockTable, schema.ResetTable, schema.PortTable]
