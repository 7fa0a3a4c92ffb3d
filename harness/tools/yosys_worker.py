"""Runs inside a Yosys cell. libyosys calls exit(1) on an error, so each script runs in a forked child of its own.

What is read here, once, all children have: the maps of ``two_state`` took a third of a small design's time.
"""

import ctypes
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyosys import libyosys

from harness.tools import two_state


def run_script(passes: list[str]) -> None:
    """Run passes one after the other on a fresh design. An error ends the process with exit code 1 and a log line."""
    design = libyosys.Design()
    for command in passes:
        libyosys.run_pass(command, design)


def _keep_maps() -> None:
    with tempfile.TemporaryDirectory() as folder, _unheard():
        for name, text in two_state.FILES.items():
            (Path(folder) / name).write_text(text)
        run_script(two_state.keeping_passes(folder))


@contextmanager
def _unheard() -> Iterator[None]:
    """What libyosys prints here goes nowhere; left in its buffer, it would begin the log of each child."""
    out, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        ctypes.CDLL(None).fflush(None)
        os.dup2(out, 1)
        os.close(out)
        os.close(nowhere)


_keep_maps()
