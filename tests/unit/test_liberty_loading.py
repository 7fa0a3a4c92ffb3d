"""Cell libraries by name or path, and one clear line for what is none."""

import gzip
import re
from pathlib import Path

import pytest

from harness.errors import ConfigError
from harness.tools import liberty
from harness.tools.liberty_file import LibertyError, parse
from harness.tools.lookup import Table, make_table

CELLS = {
    "INVX2": """cell (INVX2) { area : 2; pin (A) { direction : input; capacitance : 0.004; }
                pin (Y) { direction : output; function : "(!A)"; } }""",
    "INVX1": """cell (INVX1) { area : 2; pin (A) { direction : input; capacitance : 0.002; }
                pin (Y) { direction : output; function : "A'"; } }""",
    "BUF": 'cell (BUF) { area : 3; pin ("A") { direction : "input" } pin (Y) { direction : output; function : "A"; } }',
    "AND": """cell (AND) { pin (A) { direction : input; } pin (B) { direction : input; }
              pin (Y) { direction : output; function : "(A B)"; } }""",
    "DFF": """cell ("DFF") { area : 5; ff (IQ, IQN) { next_state : "D"; clocked_on : "!C"; }
              pin (C) { direction : input; } pin (D) { direction : input; }
              pin (Q) { direction : output; function : "IQ"; } }""",
    "TIE": """cell (TIE) { pin (LO) { direction : output; function : "0"; }
              pin (HI) { direction : output; function : "1"; } }""",
}
WHOLE = ("INVX1", "BUF", "AND", "DFF")


def write(path: Path, *cells: str, head: str = "library (mine) {") -> Path:
    path.write_text("\n".join([head, *(CELLS.get(cell, cell) for cell in cells), "}"]) + "\n")
    return path


def test_the_neutral_library_is_complete() -> None:
    found = liberty.load("neutral")
    assert (found.name, found.driver, found.driver_pin) == ("neutral", "INV_X1", "Y")
    assert found.ties == (("TIE1", "Y"), ("TIE0", "Y"))
    assert (found.load_ff, found.voltage, found.area_unit) == (4.0, 1.0, "NAND2")
    assert found.text == found.path.read_text()
    assert not found.has_energy_tables


def test_a_library_by_path_is_named_after_its_file_and_digested_by_its_text(tmp_path: Path) -> None:
    one = liberty.load(str(write(tmp_path / "my cells.lib", *WHOLE)))
    same = liberty.load(str(write(tmp_path / "other.lib", *WHOLE)))
    changed = liberty.load(str(write(tmp_path / "third.lib", *WHOLE, "TIE")))
    assert (one.name, one.driver, one.driver_pin, one.ties) == ("my cells", "INVX1", "Y", None)
    assert changed.ties == (("TIE", "HI"), ("TIE", "LO"))
    assert one.digest == same.digest != changed.digest


UNITS = 'library (a) {\n time_unit : "1ps"; capacitive_load_unit (1, "ff");\n lu_table_template (t) { index_1 ("1"); }'


def parts(folder: Path) -> Path:
    write(folder / "lib_GATES_TT_1.lib", "INVX1", "AND", head=UNITS)
    path = write(folder / "lib_REST_TT_1.lib", "BUF", "DFF", head=UNITS.replace("(a)", '("b")'))
    path.with_suffix(".lib.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    return folder


def test_a_library_in_parts_is_one_by_its_folder_by_a_glob_and_by_names(tmp_path: Path) -> None:
    folder = parts(tmp_path)
    names = ",".join(map(str, sorted(folder.iterdir())))
    found = [liberty.load(str(where)) for where in (folder, folder / "lib_*_TT_1.*", names)]
    assert [set(library.cells) for library in found] == [set(WHOLE)] * 3
    assert len({library.digest for library in found}) == 1
    assert found[0].text.count("lu_table_template") == 1
    assert (found[0].time_unit_ps, found[0].capacitance_unit_ff) == (1.0, 1.0)


def test_a_known_library_takes_its_own_parts_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in sorted(parts(tmp_path).iterdir()):
        name = path.name.replace("lib_", "asap7sc7p5t_S").replace("_TT_", "_RVT_TT_nldm_2")
        path.rename(tmp_path / name)
    write(tmp_path / "asap7sc7p5t_SIMPLE_LVT_TT_nldm_2.lib", "INVX1")
    monkeypatch.setenv("HARNESS_LIBERTY_ASAP7", str(tmp_path))
    assert set(liberty.load("asap7").cells) == set(WHOLE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n".join([UNITS, CELLS["INVX1"], "}"]), "cell(INVX1) is in"),
        (UNITS.replace("1ps", "1ns") + "}", "time_unit is not that of"),
        (UNITS.replace("1,", "10,") + "}", "capacitive_load_unit is not that of"),
        (UNITS, "is it cut off?"),
    ],
)
def test_files_that_are_no_parts_of_one_library_are_named(tmp_path: Path, text: str, said: str) -> None:
    (parts(tmp_path) / "other.lib").write_text(text)
    with pytest.raises(ConfigError, match=re.escape(said)) as caught:
        liberty.load(str(tmp_path))
    assert "other.lib" in str(caught.value) and len(str(caught.value).splitlines()) == 1


def test_the_smallest_inverter_drives_and_every_output_drives_four_of_it(tmp_path: Path) -> None:
    head = "library (mine) {\n capacitive_load_unit (1, pf);"
    found = liberty.load(str(write(tmp_path / "x.lib", "INVX2", *WHOLE, head=head)))
    assert (found.driver, found.load_ff) == ("INVX1", 8.0)


def test_a_cell_has_its_clock_pins_state_and_functions() -> None:
    cells = parse("library (mine) {" + "".join(CELLS.values()) + "}").cells
    dff = cells["DFF"]
    assert (dff.sequential, dff.clock_pins, dff.next_state, dff.inverse) == ("ff", ("C",), "D", "IQN")
    assert [name for name, cell in cells.items() if cell.is_inverter] == ["INVX2", "INVX1"]
    assert [name for name, cell in cells.items() if cell.is_buffer] == ["BUF"]
    assert [name for name, cell in cells.items() if cell.is_gate] == ["AND"]


ENERGY = """library (mine) { voltage_unit : "1V"; nom_voltage : 1.8; time_unit : "10ps"; /* } */
  power_lut_template (t) { variable_1 : total_output_net_capacitance; variable_2 : input_transition_time;
    index_1 ("1, 2"); index_2 ("0, 10, 20"); }
  cell (INV) { area : 1; pin (A) { direction : input; }
    pin (Y) { direction : output; function : "!A";
      internal_power () { related_pin : "A"; related_pg_pin : VDD;
        rise_power (t) { values ("1, 2, 3", \\
                                 "11, 12, 13"); }
        fall_power (scalar) { values ("5"); } }
      timing () { related_pin : "A"; cell_rise (t) { values ("9, 9, 9", "9, 9, 9"); } } } } }
"""


def test_energies_are_looked_up_by_slew_and_load() -> None:
    found = parse(ENERGY)
    [energy] = found.cells["INV"].energies
    assert (found.voltage, found.time_unit_ps) == (1.8, 10.0)
    assert (energy.pin, energy.related, energy.supply, energy.varies) == ("Y", "A", "VDD", True)
    assert energy.mean(slew=10, load=2) == (12 + 5) / 2
    assert energy.mean(slew=5, load=1.5) == (6.5 + 5) / 2


def test_a_table_goes_on_beyond_its_ends() -> None:
    table = make_table([1, 2, 3, 4], ["input_net_transition", "total_output_net_capacitance"], [[0, 1], [0, 2]])
    assert table == Table((0, 1), (0, 2), ((1, 2), (3, 4)))
    assert table.at(2, 4) == 7
    assert make_table([1, 2, 3], ["input_net_transition"], [[0, 1]]) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no Liberty library"),
        ("module m; endmodule\n", "no Liberty library"),
        ("library (a) { }", "no cells"),
        ("/* library (a) { cell (b) { } } */", "no Liberty library"),
        (ENERGY[:-40], "the file ends inside library mine cell INV"),
        ("library (a) { cell (b) { } } }", "line 1: a closing brace too many"),
    ],
)
def test_what_is_no_whole_library_is_named(text: str, said: str) -> None:
    with pytest.raises(LibertyError, match=said):
        parse(text)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "No such file or directory. Give a path to a .lib file, or a name: neutral, osu018"),
        (lambda path: path.mkdir(), "no file * in it ends in .lib or .lib.gz"),
        (lambda path: path.write_text("module m; endmodule\n"), "no Liberty library"),
        (write, "no cells"),
        (lambda path: path.write_bytes(gzip.compress(b"library (mine) { }")), "no cells"),
        (lambda path: path.write_bytes(gzip.compress(b"library (mine) { }")[:-9]), "is it cut off?"),
        (lambda path: write(path, "INVX1", "BUF", "AND"), "the library mine has no flip-flop"),
        (lambda path: write(path, "DFF", "BUF", "AND"), "the library mine has no inverter"),
        (lambda path: write(path, "DFF", "INVX1", "AND"), "the library mine has no buffer"),
        (lambda path: write(path, "DFF", "INVX1", "BUF"), "the library mine has no gate of two inputs"),
        (lambda path: write(path, *WHOLE[:3], CELLS["DFF"][:-20]), "is it cut off?"),
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


def test_a_known_library_is_found_by_its_variable_and_missing_ones_say_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "x.lib", *WHOLE)
    monkeypatch.setenv("HARNESS_LIBERTY_SKY130", str(path))
    found = liberty.load("sky130")
    assert (found.name, found.path, found.driver) == ("sky130", path, "INVX1")
    monkeypatch.setenv("HARNESS_LIBERTY_SKY130", str(tmp_path / "nowhere.lib"))
    with pytest.raises(ConfigError, match=r"not found \(looked for \S+nowhere\.lib; get it: .*HARNESS_LIBERTY_SKY130"):
        liberty.load("sky130")
    monkeypatch.delenv("HARNESS_LIBERTY_SKY130")
    monkeypatch.delenv("PDK_ROOT", raising=False)
    with pytest.raises(ConfigError, match=r"sky130: .*not found \(get it"):
        liberty.load("sky130")


def test_cells_that_must_not_be_used_are_those_that_the_patterns_match(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = CELLS["BUF"].replace("BUF", "sky130_fd_sc_hd__probe_p_8")
    monkeypatch.setenv("HARNESS_LIBERTY_SKY130", str(write(tmp_path / "x.lib", *WHOLE, probe)))
    assert liberty.load("sky130").dont_use == ("sky130_fd_sc_hd__probe_p_8",)


@pytest.mark.parametrize("name", liberty.descriptions())
def test_every_known_library_says_what_it_is_and_how_to_get_it(name: str) -> None:
    about = liberty.descriptions()[name]
    assert about.title and about.get and about.driver and about.period_ns > 0
