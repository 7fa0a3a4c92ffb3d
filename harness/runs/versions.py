"""Which version of each problem a run holds: named in problems.json, so that two versions are never mixed silently."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_NAMED = 5


def merged_facts(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The problems of problems.json after a pass over some of them: the others stay as they were. A problem that is
    another one than before keeps under ``asked`` which it was."""
    found = dict(before)
    for name, entry in now.items():
        old = before.get(name)
        found[name] = entry
        if not isinstance(old, Mapping) or not isinstance(old.get("digest"), str):
            continue
        first = old.get("asked", {"version": old.get("version"), "digest": old["digest"]})
        if isinstance(first, Mapping) and first.get("digest") != entry["digest"]:
            found[name] = {**entry, "asked": dict(first)}
    return found


def mixed_versions(problems: Mapping[str, Any], names: Sequence[str]) -> dict[str, list[int]]:
    """Of the problems ``names`` those that were graded in another version than they were asked in: both versions."""
    found = {}
    for name in names:
        entry = problems.get(name, {})
        if isinstance(entry, Mapping) and isinstance(asked := entry.get("asked"), Mapping):
            found[name] = [_number(asked.get("version")), _number(entry.get("version"))]
    return found


def _number(version: Any) -> int:
    """A stranger's file may say anything."""
    return version if isinstance(version, int) else 0


def unlike_problems(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Problems of two runs that are not the same: name → their versions. What has no digest says nothing."""
    found = {}
    for name in sorted(one.keys() & other.keys()):
        pair = one[name], other[name]
        if all(isinstance(entry, Mapping) and entry.get("digest") for entry in pair):
            first, second = pair
            if first["digest"] != second["digest"]:
                found[name] = first.get("version"), second.get("version")
    return found


def in_words(found: Mapping[str, Sequence[Any]], between: str) -> str:
    """``adder 1 in A, 2 in B`` with ``between`` as ``"{} in A, {} in B"``; the first few of them."""
    shown = [f"{name} {between.format(*versions)}" for name, versions in list(found.items())[:MOST_NAMED]]
    more = len(found) - len(shown)
    return "; ".join([*shown, *([f"and {more} more"] if more else [])])
