"""How sharp a problem is: faults of its golden design and stubs, which its testbench must all tell from the right one;
and how sharp the verdict is: hostile designs.

syntax      the slang syntax tree as plain nodes with byte ranges; modules and their signals
literals    other values for a Verilog number, in the same width and base
loops       what a combinational signal depends on
expressions faults inside an expression
statements  faults of statements, blocks and declarations
mutants     all faults of a design, in a varied order
faults      mutants and cruder faults, for a model that errs
stubs       designs that do nothing
texts       names that a specification lacks, golden text that a prompt gives away
findings    what was found, and what of it speaks against a problem
check       grades them all: golden, stubs, mutants
redteam     hostile designs, as data; `harness redteam` grades them
"""
