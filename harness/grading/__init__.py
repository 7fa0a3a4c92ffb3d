"""The stages of grading, one module each, and the order in which they run.

report       what a stage hands back: its result, and the outcome where it decides one
once         what is the same is done once: grades, mappings, simulations of netlists
verdict      the keyed verdict line: its only reader
screen       what reaches outside the design is refused, what is only for simulation is cut
syntax       the candidate with the given sources, without the testbench, through Icarus
interface    top module, ports, directions and widths against the problem, by slang
simulate     under the testbench, once for each seed, each time with a fresh key
synthesize   Yosys: generic cells and latches; for a design that is right as text, area in the cell library
netlist      what Yosys understood, simulated under the same testbench
official     the suite's own published verdict
baseline     what the golden design does under the same stages: expected checks, area
match        a line of text against the one that was asked for: a text task's only stage
surroundings whether the tools still work, asked where a failure may be theirs
measures     what is found out besides the verdict, on request: it never changes an outcome
timing       a measure: paths and power in cells of the library (activity: how often nets switch under the testbench)
equivalence  a candidate against the golden design: proven, or refuted with a counterexample that simulation shows
equivalence_engines   which engines look at the two, in which order, for how long
equivalence_stage     the measure that asks it of designs that passed
counterexample        what of a refuted one is kept in its log, and read again as a waveform
lint         warnings by class: slang's, ours about latches and resets, Verilator's where it is installed
toggles      which bits of a golden design went up and down under its testbench
waveform     a failing simulation once more, with the ports around the first difference recorded (window: which cycles)
grader       the order of the stages and the outcome
"""
