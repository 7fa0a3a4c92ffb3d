"""One module an external program: a pure argv or script builder, a pure parser, and the cell that it runs in.

locate         where a program is and which version: found once, shown by ``harness doctor``
icarus         iverilog and vvp
slang          ports and parse errors of a design, by pyslang in a forked child (slang_worker; slang_screen: the screen)
slang_lint     slang's warnings, and ours about latches and resets
lint_classes   classes of warning that are ours, beside slang's
plain_text     a design in a spelling that slang, Icarus and Yosys read alike
yosys          hardware or not, and what circuit, by pyosys in a forked child (yosys_worker) or the system's yosys
two_state      netlists in which nothing is X: open values as 0, as 1, and mixed
glitches       pulses of no width on clocks that a netlist makes itself
yosys_mapping  a circuit in cells of a library, or in LUTs
yosys_registers  latches, and registers without reset, by name
yosys_mutate   faults of a reduced netlist, one each
verilator      warnings, where it is installed
cocotb         the environment of a cocotb test on Icarus (cocotb_scoreboard: what the test imports)
vcd            value change dumps: variables, values in order of time, switching of each bit
liberty        the cell library that synthesis maps to (liberty_file: its format; liberty_parts: several
               files as one; lookup: tables; cell_function: logic)
mapped         a netlist in cells of the library: drivers, and where its clocks come from
opensta        paths, leakage and slews of a mapped netlist, by sta
power          dynamic power of a mapped netlist
miter          two designs under one wrapper, as Yosys passes (equivalence_worker: what runs in the cell)
netlist_survey  ports, clocks and resets of a flat netlist
aiger          and-inverter graphs: reading, writing, all inputs of small ones
abc            scripts for the solvers of yosys-abc, and strict readers of their answers
stimulus       the same inputs into two designs in Icarus, and where their outputs differ
resynthesis    a copy of a design that looks like another one
cells          our technology-neutral library and the script that makes it
"""
