"""Cell libraries by name or path, and one clear line for what is none."""

import gzip
from pathlib import Path

import pytest

from harness.errors import ConfigError
from harness.tools import liberty

CELLS = {
    "INVX1": 'cell (INVX1) { area : 1; pin (A) { direction : input; } pin (Y) { function : "!A"; } }',
    "DFF": 'cell ("DFF") { area : 5; ff (IQ, IQN) { next_state : "D"; clocked_on : "C"; } }',
}


def write(path: Path, *cells: str, head: str = "library (mine) {") -> Path:
    path.write_text("\n".join([head, *(CELLS.get(cell, cell) for cell in cells), "}"]) + "\n")
    return path


def test_the_neutral_library_is_complete() -> None:
    found = liberty.load("neutral")
    assert (found.name, found.driver, found.ties) == ("neutral", "INV_X1", (("TIE1", "Y"), ("TIE0", "Y")))
    assert found.text == found.path.read_text()


def test_a_library_by_path_is_named_after_its_file_and_digested_by_its_text(tmp_path: Path) -> None:
    one = liberty.load(str(write(tmp_path / "my cells.lib", "INVX1", "DFF")))
    same = liberty.load(str(write(tmp_path / "other.lib", "INVX1", "DFF")))
    changed = liberty.load(str(write(tmp_path / "third.lib", "DFF")))
    assert (one.name, one.driver, one.ties) == ("my cells", "INVX1", None)
    assert changed.driver == ""
    assert one.digest == same.digest != changed.digest


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "No such file or directory. Give `neutral`, `osu018`, or a path to a .lib file"),
        (lambda path: path.mkdir(), "Is a directory. Give"),
        (lambda path: path.write_text("module m; endmodule\n"), "no Liberty library with cells"),
        (lambda path: path.write_text(""), "no Liberty library with cells"),
        (write, "no Liberty library with cells"),
        (lambda path: write(path, "INVX1", "DFF", head="/* library (mine) */ {"), "no Liberty library with cells"),
        (lambda path: path.write_bytes(gzip.compress(b"library (mine) { }")), "is it gzipped"),
        (lambda path: write(path, "INVX1"), "the library has no flip-flop"),
    ],
)
def test_what_is_no_usable_library_is_one_line_with_the_file_and_the_reason(
    tmp_path: Path, make: object, reason: str
) -> None:
    path = tmp_path / "x.lib"
    assert callable(make)
    make(path)
    with pytest.raises(ConfigError) as caught:
        liberty.load(str(path))
    said = str(caught.value)
    assert reason in said
    assert str(path) in said
    assert "--liberty" in said
    assert len(said.splitlines()) == 1


def test_a_known_library_that_is_not_installed_says_where_it_was_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liberty, "_KNOWN", {"osu018": ("/nowhere/osu018.lib",)})
    with pytest.raises(ConfigError, match=r"--liberty osu018: /nowhere/osu018\.lib: No such file"):
        liberty.load("osu018")
