"""JSONL as a crash leaves it: cut anywhere, every whole line is read, and writing goes on with a line of its own."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.runs.jsonl import dump_line, mend_tail, read_line_at, read_lines

VALUES = st.lists(
    st.dictionaries(st.text(max_size=8), st.text(max_size=20) | st.integers() | st.none(), max_size=4), max_size=6
)


def write(data: bytes) -> Path:
    with tempfile.NamedTemporaryFile(suffix=".jsonl", delete=False) as file:
        file.write(data)
    return Path(file.name)


def whole(values: list[dict[str, Any]], cut: int) -> list[dict[str, Any]]:
    """The values whose text, with or without the line's end, stands before the cut."""
    found, end = [], 0
    for value in values:
        end += len(dump_line(value))
        if end - 1 <= cut:
            found.append(value)
    return found


@given(VALUES, st.data())
def test_every_line_before_the_cut_is_read_and_found_again_by_its_offset(
    values: list[dict[str, Any]], data: st.DataObject
) -> None:
    text = b"".join(map(dump_line, values))
    cut = data.draw(st.integers(0, len(text)))
    path = write(text[:cut])
    try:
        lines = list(read_lines(path))
        assert [line.value for line in lines] == whole(values, cut)
        assert [read_line_at(path, line.offset) for line in lines] == [line.value for line in lines]
    finally:
        path.unlink()


@given(VALUES, st.data())
def test_after_mending_the_next_line_is_read_with_all_whole_ones(
    values: list[dict[str, Any]], data: st.DataObject
) -> None:
    text = b"".join(map(dump_line, values))
    cut = data.draw(st.integers(0, len(text)))
    path = write(text[:cut])
    try:
        torn = cut > 0 and text[cut - 1 : cut] != b"\n"
        assert mend_tail(path) is torn
        assert path.read_bytes() == text[: text[:cut].rfind(b"\n") + 1]
        assert mend_tail(path) is False
        with path.open("ab") as file:
            file.write(dump_line({"next": 1}))
        broken: list[int] = []
        found = [line.value for line in read_lines(path, broken)]
        assert found == [*values[: text[:cut].count(b"\n")], {"next": 1}]
        assert broken == []
    finally:
        path.unlink()


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    path = write(data)
    try:
        assert all(isinstance(line.value, dict) for line in read_lines(path))
    finally:
        path.unlink()


def test_a_torn_tail_longer_than_a_block_is_dropped_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(dump_line({"a": 1}) + b'{"text": "' + b"x" * 200_000)
    assert mend_tail(path)
    assert path.read_bytes() == dump_line({"a": 1})
    path.write_bytes(b"y" * 200_000)
    assert mend_tail(path)
    assert path.read_bytes() == b""


def test_lines_that_are_no_object_are_counted_by_their_number(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"a": 1}\n[1]\n\nnonsense\n\xff\xfe\n{"b": 2}\n{"torn')
    broken: list[int] = []
    assert [line.value for line in read_lines(path, broken)] == [{"a": 1}, {"b": 2}]
    assert broken == [2, 4, 5, 7]


def test_a_file_that_is_not_there_has_no_lines_and_no_tail(tmp_path: Path) -> None:
    assert list(read_lines(tmp_path / "none")) == []
    assert mend_tail(tmp_path / "none") is False


@given(st.text())
def test_a_text_with_any_line_ends_stays_on_its_line(text: str) -> None:
    line = dump_line({"text": text})
    assert line.endswith(b"\n")
    assert line.decode("ascii").splitlines() == [line[:-1].decode("ascii")]
    assert json.loads(line) == {"text": text}
