"""list, suites, models, doctor: what there is."""

import argparse
import json
import shutil
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.cli.options import add_suite_options, to_options
from harness.errors import HarnessError
from harness.reports.plain import WIDTH, clip, columns, ending
from harness.wording import counted

if TYPE_CHECKING:
    from harness.models import Backend
    from harness.suites.listing import Listed

_NAME, _WHERE = 40, 32
"""Most characters of a problem's name, and of a tool's place."""


def add_arguments(name: str, parser: argparse.ArgumentParser) -> None:
    if name == "list":
        add_suite_options(parser)
    if name == "suites":
        parser.add_argument("--fetch", action="store_true", help="check published suites out into .suites/")
        parser.add_argument(
            "--from",
            dest="origins",
            nargs=2,
            action="append",
            default=[],
            metavar=("SUITE", "URL"),
            help="another URL, or a local path, to fetch a suite from",
        )
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")


def run(arguments: argparse.Namespace) -> int:
    commands = {"list": _list, "suites": _suites, "models": _models, "doctor": _doctor}
    return commands[arguments.command](arguments)


def _list(arguments: argparse.Namespace) -> int:
    from harness.runs.session import select
    from harness.suites.locate import load_suite

    options = to_options(arguments)
    whole = load_suite(options.suite, options.task, options.suite_path)
    suite = select(whole, options.problems, options.limit, options.suite_path)
    listed = {entry.problem: entry for entry in suite.quarantine if options.task in entry.tasks or not entry.tasks}
    if arguments.json:
        print(
            json.dumps(
                [
                    {
                        "problem": p.name,
                        "title": p.title,
                        "category": p.category,
                        "difficulty": p.difficulty,
                        "version": p.version,
                        "errata": [e.to_json() for e in suite.errata if e.problem == p.name],
                        "quarantined": p.name in listed,
                        **({"repaired": suite.repairs[p.name]} if p.name in suite.repairs else {}),
                        "digest": p.digest,
                    }
                    for p in suite.problems
                ]
            )
        )
    else:
        rows = [["problem", "version", "category", "difficulty", "testbench", "title"]]
        for p in suite.problems:
            mended = f"repaired: {suite.repairs[p.name]}" if p.name in suite.repairs else p.title
            note = f"faulty: {listed[p.name].reason}" if p.name in listed else mended
            row = [clip(p.name, _NAME), str(p.version), p.category, p.difficulty or "–", p.testbench.kind, note]
            rows.append(row)
        print("\n".join(columns(rows)))
        names = {p.name for p in suite.problems}
        print("".join(f"{_wrapped(f'erratum: {e.words}')}\n" for e in suite.errata if e.problem in names), end="")
    for line in suite.defects:
        print(f"error: {line}", file=sys.stderr)
    return 1 if suite.defects else 0


def _fetch(origins: Mapping[str, str]) -> bool:
    """Whether every published suite is here now; what went wrong with one is a line, and the others are fetched."""
    from harness.suites.fetch import fetch
    from harness.suites.locate import find_reader, suite_names

    for name in set(origins) - set(suite_names()):
        find_reader(name)  # says which one is meant
    whole = True
    for reader in map(find_reader, suite_names()):
        if reader.source is None:
            continue
        try:
            found = fetch(reader, origins.get(reader.name))
        except HarnessError as error:
            print(f"error: suite {reader.name}: {error}", file=sys.stderr)
            whole = False
            continue
        digests = ", ".join(f"{task} {digest[7:15]}" for task, digest in found.digests.items())
        problems = counted(found.problems, "problem")
        print(f"{found.root}   commit {found.commit[:7]} · {problems} · digest {digests}", file=sys.stderr)
        for defect in found.defects:
            print(f"error: {found.root}: {defect}", file=sys.stderr)
    return whole


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 100, subsequent_indent="  ", break_long_words=False)


def _suites(arguments: argparse.Namespace) -> int:
    from harness.suites.listing import listed
    from harness.suites.locate import suite_names

    whole = not arguments.fetch or _fetch(dict(arguments.origins))
    found: list[Listed] = []
    for name in suite_names():
        try:
            found.append(listed(name))
        except HarnessError as error:
            print(f"warning: {error}", file=sys.stderr)
    if arguments.json:
        print(json.dumps([_suite_json(suite) for suite in found]))
        return 0 if whole else 1
    rows = [["suite", "size", "licence", "pinned", "tasks"]]
    for suite in found:
        reader, size = suite.reader, "–" if suite.size is None else str(suite.size)
        pinned = suite.pinned_words if suite.root else "make suites" if reader.source else "not here"
        rows.append([reader.name, size, reader.licence, pinned, " ".join(reader.tasks)])
    print("\n".join(columns(rows)))
    print("\n".join(["", *(_here(suite) for suite in found if suite.root), ""]))
    print("A suite that is not here: --suite-path DIR, HARNESS_SUITE_<NAME>=DIR (HARNESS_SUITE_RTLLM_2_0), or,")
    print("where the table says so, make suites.")
    return 0 if whole else 1


def _here(suite: "Listed") -> str:
    version = f" {suite.version}" if suite.version else ""
    errata = f" · {suite.errata} errata" if suite.errata else ""
    return f"{suite.reader.name}{version}: {_home(str(suite.root))}{errata}"


def _suite_json(suite: "Listed") -> dict[str, Any]:
    reader = suite.reader
    return {
        "suite": reader.name,
        "title": reader.title,
        "size": suite.size,
        "version": suite.version,
        "errata": suite.errata,
        "tasks": list(map(str, reader.tasks)),
        "grains": list(reader.grains),
        "licence": reader.licence,
        "path": None if suite.root is None else str(suite.root),
        "variable": suite.variable,
        "commit": suite.commit,
        "pinned": suite.pinned,
        "digests": suite.digests,
    }


def _models(arguments: argparse.Namespace) -> int:
    from datetime import date

    from harness.models import installed_backends
    from harness.models.prices import describe_prices

    prices = describe_prices(date.today())
    backends = installed_backends()
    if arguments.json:
        print(json.dumps([_backend_json(backend) for backend in backends]))
        return 0
    rows = [["backend", "where", "state"]]
    for backend in backends:
        state = "missing: " + ", ".join(backend.missing).replace("package ", "") if backend.missing else "ready"
        rows.append([backend.name, backend.url or ending(backend.origin, _WHERE), state + _note(backend)])
    print("\n".join(columns(rows, width=_room())))
    print("\nA model is named backend/name (openai/gpt-4o), or my_models.py:Class. --base-url asks another")
    print("server, then no key is needed. More servers by name, and how to write a backend: docs/add-a-model.md")
    print(prices)
    return 0


def _room() -> int:
    """Columns of the terminal; where nobody looks at one, as many as it takes."""
    return max(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns) if sys.stdout.isatty() else 10_000


def _note(backend: "Backend") -> str:
    """What a user should know of one that seems ready."""
    return f" {backend.needs.note}" if backend.needs.note and not backend.missing else ""


def _backend_json(backend: "Backend") -> dict[str, Any]:
    return {
        "backend": backend.name,
        "origin": backend.origin,
        "url": backend.url or None,
        "needs": {"packages": backend.needs.packages, "environment": backend.needs.environment},
        "missing": backend.missing,
    }


def _doctor(arguments: argparse.Namespace) -> int:
    from harness.process.sandbox import LEVELS, MEANING, choose, probe
    from harness.tools.cocotb import libpython
    from harness.tools.locate import TOOLS, find

    tools = [find(tool.name) for tool in TOOLS]
    try:
        shared_library: str | None = libpython()
    except HarnessError:
        shared_library = None
    levels = {level: probe(level) for level in LEVELS}
    missing = [found for found in tools if found.version is None and found.tool.required]
    if arguments.json:
        print(
            json.dumps(
                {
                    "tools": [
                        {
                            "tool": f.tool.name,
                            "version": f.version,
                            "where": f.where,
                            "purpose": f.tool.purpose,
                            "required": f.tool.required,
                            "install": f.way_out,
                        }
                        for f in tools
                    ],
                    "libpython": shared_library,
                    "sandbox": levels,
                    "chosen": choose("auto"),
                }
            )
        )
        return 1 if missing or shared_library is None else 0
    rows = [["tool", "version", "where", "what it is for"]]
    for found in tools:
        state = found.version or ("MISSING" if found.tool.required else "not here")
        where = ending(_home(found.where), _WHERE) or found.way_out
        rows.append([found.tool.name, state, where, found.tool.purpose])
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    rows.append(
        [
            "libpython",
            version if shared_library else "MISSING",
            ending(_home(shared_library or ""), _WHERE) or f"apt install libpython{version}",
            "cocotb inside the simulator",
        ]
    )
    print("\n".join(columns(rows)))
    print()
    chosen = choose("auto")
    rows = [
        [
            "sandbox",
            level,
            "works" if reason is None else f"no: {reason}",
            MEANING[level] + ("  ← in use" if level == chosen else ""),
        ]
        for level, reason in levels.items()
    ]
    print("\n".join(columns(rows)))
    if chosen != "bwrap":
        print("\nto raise it: apt install bubblewrap, and allow user namespaces (kernel.unprivileged_userns_clone=1;")
        print("on Ubuntu 24.04 and later also kernel.apparmor_restrict_unprivileged_userns=0)")
    for found in missing:
        print(f"\nmissing: {found.tool.name} ({found.tool.purpose}): {found.way_out}, or: make setup")
    return 1 if missing or shared_library is None else 0


def _home(path: str) -> str:
    home = str(Path.home())
    return "~" + path[len(home) :] if home != "/" and path.startswith(home + "/") else path
