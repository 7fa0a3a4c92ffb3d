"""Runs inside a Yosys cell. libyosys calls exit(1) on an error, so each script runs in a forked child of its own."""

from pyosys import libyosys


def run_script(passes: list[str]) -> None:
    """Run passes one after the other on a fresh design. An error ends the process with exit code 1 and a log line."""
    design = libyosys.Design()
    for command in passes:
        libyosys.run_pass(command, design)
