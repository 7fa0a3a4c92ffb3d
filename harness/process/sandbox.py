"""How a launcher is contained: bubblewrap, else Landlock, else resource limits alone.

A level counts as available only when a live probe of it worked: bubblewrap is often installed where user namespaces are
forbidden (containers, chroots, stock Ubuntu 24.04).
"""

import functools
import os
import shutil
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.errors import ConfigError
from harness.process.program import run_program

Level = Literal["bwrap", "landlock", "rlimits"]
LEVELS: tuple[Level, ...] = ("bwrap", "landlock", "rlimits")
PACKAGE = Path(__file__).parents[1]
LAUNCHER = Path(__file__).with_name("launcher.py")
INNER_FOLDER = "/sample"
"""The work folder inside bubblewrap, a tmpfs that dies with the cell."""

MEANING: dict[Level, str] = {
    "bwrap": "no network, no files outside the work folder and the tools",
    "landlock": "no TCP, no files outside the work folder and the tools",
    "rlimits": "limits only: designs can read files of this user",
}
_SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/lib32", "/sbin", "/etc/alternatives", "/etc/ld.so.cache")


@dataclass(frozen=True, slots=True)
class CellKind:
    """What a cell needs besides the system's own programs."""

    name: str
    packages: tuple[str, ...] = ()
    """Patterns of the entries of site-packages that must be there."""
    preload: str = ""
    """Module whose functions a step can call; it is imported once, before the first job."""


def python_command() -> list[str]:
    """The interpreter without site-packages and environment: some 15 ms to start."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    return [os.path.realpath(base), "-I", "-S", "-B"]


def readable_paths(kind: CellKind, tool_roots: Sequence[str]) -> list[str]:
    """Everything that a cell of this kind may read: the system, Python, the launcher, tools, named packages."""
    paths = [*_SYSTEM, sys.base_prefix, str(Path(__file__).parent), *tool_roots]
    if kind.preload:
        paths += [str(PACKAGE / "__init__.py"), str(PACKAGE / "tools")]
    for folder in site_folders():
        paths += [str(path) for pattern in kind.packages for path in folder.glob(pattern)]
    return sorted({path for path in paths if os.path.lexists(path)})


def site_folders() -> list[Path]:
    return sorted({Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("platlib"))})


def launcher_command(level: Level, kind: CellKind, folder: str, tool_roots: Sequence[str]) -> list[str]:
    """The argv of a contained launcher; ``folder`` is the cell's own folder where the level is not bubblewrap."""
    readable = readable_paths(kind, tool_roots)
    work, site = (INNER_FOLDER, "") if level == "bwrap" else (f"{folder}/work", f"{folder}/site")
    command = [*python_command(), str(LAUNCHER), "--folder", work]
    command += ["--remove", folder] if site else []
    if kind.packages:
        paths = [site] if site else [str(PACKAGE.parent), *map(str, site_folders())]
        command += ["--path", ":".join(paths)]
    if kind.preload:
        command += ["--preload", kind.preload]
    if level == "bwrap":
        return [*bwrap_prefix(readable), *command]
    if level == "landlock":
        return [*command, "--landlock", ":".join([*readable, site, "/proc/self"]), "--listable", str(PACKAGE)]
    return command


def lay_out(kind: CellKind, folder: Path) -> None:
    """Fill a cell's own folder where the level is not bubblewrap: ``work``, and ``site`` with links to the packages.

    Site-packages itself would not do: what is seen there and cannot be read makes Python's import fail, and what is not
    seen makes it look further.
    """
    (folder / "work").mkdir()
    (folder / "site").mkdir()
    for site in site_folders():
        for path in (path for pattern in kind.packages for path in site.glob(pattern)):
            (folder / "site" / path.name).symlink_to(path)
    if kind.preload:
        (folder / "site" / PACKAGE.name).symlink_to(PACKAGE)


def bwrap_prefix(readable: Sequence[str]) -> list[str]:
    """A mount namespace with the readable paths and two empty tmpfs; all other namespaces are new and empty."""
    prefix = [shutil.which("bwrap") or "bwrap", "--unshare-all", "--clearenv", "--setenv", "PATH", tool_path()]
    prefix += ["--tmpfs", "/tmp"]  # first, since the harness itself may be installed below it
    for path in readable:
        if os.path.islink(path) and Path(path).parent == Path("/"):
            prefix += ["--symlink", os.readlink(path), path]
        else:
            prefix += ["--ro-bind", path, path]
    return [*prefix, "--proc", "/proc", "--dev", "/dev", "--tmpfs", INNER_FOLDER, "--"]


def tool_path() -> str:
    """PATH inside a cell: the harness's own, so that a tool found here is the tool used there."""
    return os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin")


@functools.cache
def probe(level: Level) -> str | None:
    """Try a level for real. Returns None where it works, else why it does not."""
    if level == "rlimits":
        return None
    true = shutil.which("true") or "/bin/true"
    if level == "landlock":
        script = "import sys; sys.path.insert(0, sys.argv[1]); import landlock; landlock.restrict(['/usr', '/lib'], [])"
        found = run_program([*python_command(), "-c", script, str(LAUNCHER.parent)], wall_s=10)
        return None if found.ok else found.last_line or "the kernel has no Landlock"
    if shutil.which("bwrap") is None:
        return "bwrap is not installed (apt install bubblewrap)"
    kind = CellKind("probe")
    found = run_program([*bwrap_prefix(readable_paths(kind, ())), true], wall_s=10)
    return None if found.ok else found.last_line or "bwrap failed"


def choose(wanted: str) -> Level:
    """The level asked for, or with ``auto`` the best that works.

    Raises ConfigError where the level asked for is unknown or does not work here.
    """
    if wanted == "auto":
        return next(level for level in LEVELS if probe(level) is None)
    for level in LEVELS:
        if level == wanted:
            reason = probe(level)
            if reason is None:
                return level
            raise ConfigError(f"--sandbox {wanted} does not work here: {reason}. See: harness doctor")
    raise ConfigError(f'no sandbox "{wanted}". There are: auto, {", ".join(LEVELS)}')
