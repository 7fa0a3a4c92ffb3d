"""Hostile designs: what a candidate could try to be believed, or to do harm. For tests and for ``harness redteam``.

target     what an attack is, the problem that it is aimed at, and the words of a template
forging    designs that print the pass line themselves
ending     designs that end the simulation early
peeking    designs that read testbench or reference, or put themselves into their place
forcing    designs that change the testbench's variables, or their own inputs
files      files, command line, other programs
macros     directives and macros that reach other files or mean another thing to another tool
lexing     texts that slang, Icarus and Yosys read differently; encodings
timing     wrong designs that hope for an indulgent comparison
hardware   right as long as they are simulated, wrong once built
open_bits  right as long as a bit is X that hardware has as 0 or 1
bombs      time, memory, disk, depth; tool crashers
"""

from harness.audit.redteam import (
    bombs,
    ending,
    files,
    forcing,
    forging,
    hardware,
    lexing,
    macros,
    open_bits,
    peeking,
    timing,
)
from harness.audit.redteam.target import Attack

ATTACKS: tuple[Attack, ...] = (
    *forging.ATTACKS,
    *ending.ATTACKS,
    *peeking.ATTACKS,
    *forcing.ATTACKS,
    *files.ATTACKS,
    *macros.ATTACKS,
    *lexing.ATTACKS,
    *timing.ATTACKS,
    *hardware.ATTACKS,
    *open_bits.ATTACKS,
    *bombs.ATTACKS,
)
"""All of them, each under a name of its own; those that are meant to run into limits come last."""
