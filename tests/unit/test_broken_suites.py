"""Suites and cell libraries as strangers write them: read, or refused in one line that names the file."""

from pathlib import Path

from conftest import AND_GOLDEN, AND_TB, MiniSuite, problem_toml
from fuzzing import check, damaged, few_or_many, is_one_line
from hypothesis import strategies as st

from harness.errors import ConfigError
from harness.records.outcome import Task
from harness.records.problem import Suite
from harness.suites.native import read_native
from harness.tools import liberty
from harness.tools.cells.generate import LIBERTY_FILE

EXTRA = 'parameters = {WIDTH = 8}\n[[clock]]\nport = "a"\nperiod_ns = 2.5\n[[reset]]\nport = "b"\nactive = "low"\nkind = "sync"\n'
TOML = problem_toml("and2", [("a", "input", 1), ("b", "input", 1), ("y", "output", 1)], EXTRA).replace(
    "width = 1\n", 'width = "WIDTH*2-$clog2(16)"\n', 1
)
SUITE_TOML = 'version = "1.0"\nlicence = "MIT"\n'


def read(mini: MiniSuite) -> Suite | None:
    """The suite, whose defects are all in order; None where it was refused in order."""
    try:
        suite = read_native(mini.root, Task.SPEC_TO_RTL)
    except ConfigError as error:
        assert is_one_line(str(error)), str(error)
        assert "suite.toml" in str(error)
        return None
    for defect in suite.defects:
        assert is_one_line(defect), defect
        assert "and2" in defect
    assert len(suite.problems) + len(suite.defects) in (1, 2)  # a problem may offer other tasks only
    assert suite.problem("counter") is not None, "one broken problem costs no other"
    assert suite.digest.startswith("sha256:")
    return suite


@few_or_many
def test_a_problem_file_is_read_or_named(mini: MiniSuite, examples: int) -> None:
    assert len((read(mini) or Suite("", "", Path(), ())).problems) == 2
    file = mini.problem("and2") / "problem.toml"
    assert "WIDTH" in TOML

    @check(examples * 2, damaged(TOML))
    def held(text: str) -> None:
        file.write_text(text, "utf-8", "surrogatepass", newline="")
        read(mini)


@few_or_many
def test_any_bytes_in_a_problem_s_files_are_read_or_named(mini: MiniSuite, examples: int) -> None:
    folder, bench = mini.problem("and2"), mini.bench("and2")
    files = {folder / "problem.toml": TOML, folder / "spec.md": "A module.", folder / "golden.v": AND_GOLDEN}
    files[bench / "tb.v"] = AND_TB

    @check(examples, st.sampled_from(sorted(files)), st.binary(max_size=60), st.integers(0, 400))
    def held(file: Path, junk: bytes, place: int) -> None:
        for path, text in files.items():
            path.write_text(text)
        data = files[file].encode()
        file.write_bytes(data[:place] + junk + data[place:])
        read(mini)


@few_or_many
def test_a_suite_file_is_read_or_named(mini: MiniSuite, examples: int) -> None:
    @check(examples, damaged(SUITE_TOML))
    def held(text: str) -> None:
        (mini.root / "suite.toml").write_text(text, "utf-8", "surrogatepass", newline="")
        suite = read(mini)
        assert suite is None or is_one_line(suite.version)


def small_library() -> str:
    """The head of the shipped library with the few cells that none can do without."""
    head, *cells = LIBERTY_FILE.read_text().split("\n  cell (")
    wanted = ("INV_X1)", "BUF_X1)", "NAND2_X1)", "DFF_X1)", "TIE0)", "TIE1)")
    return head + "".join(f"\n  cell ({cell}" for cell in cells if cell.startswith(wanted)).rstrip().rstrip("}") + "}\n"


@few_or_many
def test_a_cell_library_is_loaded_or_named(tmp_path: Path, examples: int) -> None:
    file = tmp_path / "cells.lib"
    text = LIBERTY_FILE.read_text()
    file.write_text(text)
    assert liberty.load(str(file)).driver
    small = small_library()

    @check(examples, damaged(small, most=4))
    def held(text: str) -> None:
        file.write_text(text, "utf-8", "surrogatepass", newline="")
        try:
            assert liberty.load(str(file)).driver
        except ConfigError as error:
            assert is_one_line(str(error)), str(error)
            assert str(file) in str(error)
