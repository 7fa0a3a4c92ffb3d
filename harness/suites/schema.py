"""The shape of problem.toml, checked at the border: unknown keys and wrong types are errors that name the key."""

import difflib
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TestbenchTable(_Table):
    kind: Literal["verilog", "cocotb"]
    files: list[str] = Field(min_length=1)
    seeds: int = Field(3, ge=1, le=1000)
    cpu_s: int = Field(10, ge=1, le=3600)


class ClockTable(_Table):
    port: str
    edge: Literal["posedge", "negedge"] = "posedge"
    period_ns: float = Field(10, gt=0)


class ResetTable(_Table):
    port: str
    active: Literal["high", "low"]
    kind: Literal["sync", "async"]


class PortTable(_Table):
    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_$]*$")
    direction: Literal["input", "output", "inout"]
    width: int | str
    signed: bool = False


class ProblemTable(_Table):
    version: int = Field(ge=1)
    title: str
    category: str
    difficulty: Literal["easy", "medium", "hard", "expert"]
    top: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_$]*$")
    language: Literal["verilog", "systemverilog"]
    canary: str
    golden: list[str] = Field(min_length=1)
    given: list[str] = []
    tasks: list[Literal["spec-to-rtl", "code-completion", "line-completion"]] = Field(min_length=1)
    line_seed: int = 1
    parameters: dict[str, int] = {}
    impossible: bool = False
    testbench: TestbenchTable
    clock: list[ClockTable] = []
    reset: list[ResetTable] = []
    port: list[PortTable] = Field(min_length=1)


def _table_at(location: tuple[int | str, ...]) -> type[BaseModel]:
    """The model of the table in which an error lies."""
    model: type[BaseModel] = ProblemTable
    for key in location[:-1]:
        if isinstance(key, str) and key in model.model_fields:
            annotation = model.model_fields[key].annotation
            inner = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
            model = next((kind for kind in inner if issubclass(kind, BaseModel)), model)
    return model


def _place(location: tuple[int | str, ...]) -> str:
    """``("port", 2, "width")`` → ``[[port]] 3``; empty at the top level."""
    match location:
        case (_, int()):
            return ""  # an item of a list at the top level, such as ``tasks``
        case (str(table), int(index), *_):
            return f" in [[{table}]] {index + 1}"
        case (str(table), _, *_):
            return f" in [{table}]"
        case _:
            return ""


def explain(error: ValidationError) -> str:
    """The most telling thing that is wrong, in one line: the key, where it stands, and the way out."""
    found: list[Any] = error.errors()
    # A misspelt key is missing under its right name too; the misspelling tells more.
    first: Any = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    location: tuple[int | str, ...] = first["loc"]
    key = str(location[-1])
    if isinstance(location[-1], int) or (first["type"] != "extra_forbidden" and len(location) > 2):
        key = next(str(part) for part in reversed(location) if isinstance(part, str) and part not in ("int", "str"))
    where = _place(location)
    if first["type"] == "extra_forbidden":
        known = list(_table_at(location).model_fields)
        near = difflib.get_close_matches(key, known, n=1)
        return f'unknown key "{key}"{where}. ' + (
            f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(known)}"
        )
    if first["type"] == "missing":
        return f'key "{key}"{where} is missing'
    given = first.get("input")
    shown = f" (it is {given!r:.60})" if isinstance(given, str | int | float | bool) else ""
    return f'key "{key}"{where}: {first["msg"]}{shown}'
