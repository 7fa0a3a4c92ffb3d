"""The files of a new native problem: a register with enable that is read and passes at once, so that an audit says what
is still to be written.
"""

import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.errors import ConfigError
from harness.suites.locate import suite_names
from harness.suites.native import SUITE_FILE, testbench_root

SKELETON = Path(__file__).parent / "skeleton"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PORTS = (("clk", "input", 1), ("rst", "input", 1), ("en", "input", 1), ("d", "input", 8), ("q", "output", 8))


def suite_folder(suite: str, suite_path: str | None) -> Path:
    """``--suite-path``, else ``problems/<suite>`` below the current folder. Raises ConfigError where the one of a suite
    that is shipped is not there: it is written in a checkout, never in an installed package."""
    root = Path(suite_path or f"problems/{suite}")
    if suite_path is not None and root.resolve().name != suite:
        raise ConfigError(f'--suite-path {suite_path}: the folder of suite "{suite}" is named {suite}')
    if suite in suite_names() and not (root / SUITE_FILE).is_file():
        raise ConfigError(
            f"{root / SUITE_FILE} is not here: stand in a checkout, or give a suite of your own (--suite)"
        )
    return root


def lay_out(root: Path, name: str, *, cocotb: bool = False) -> list[Path]:
    """Write the files of problem ``name`` into the suite's folder ``root`` and its testbenches', and suite.toml where
    there is none. Returns what was written. Raises ConfigError for a name that is none, or is taken.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(f'problem "{name}": it is a module, too: small letters, digits and _, a letter first')
    root = root.resolve()
    problem, bench = root / name, testbench_root(root) / name
    for folder in (problem, bench):
        if folder.exists():
            raise ConfigError(f"{folder} is there already")
    bench_file, template = (f"test_{name}.py", "test.py.j2") if cocotb else ("tb.v", "tb.v.j2")
    variables = {
        "name": name,
        "canary": f"harness-canary {root.name}/{name} {uuid.uuid4()}",
        "kind": "cocotb" if cocotb else "verilog",
        "bench": bench_file,
        "ports": _PORTS,
    }
    texts = {problem / file: _rendered(f"{file}.j2", variables) for file in ("problem.toml", "spec.md", "golden.v")}
    texts[bench / bench_file] = _rendered(template, variables)
    if not (root / SUITE_FILE).is_file():
        texts[root / SUITE_FILE] = 'version = "0.1.0"\nlicence = ""\n'
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return list(texts)


def _rendered(template: str, variables: Mapping[str, Any]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # 60 ms that other commands need not pay

    loader = FileSystemLoader(SKELETON)
    made = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    return made.get_template(template).render(variables)
