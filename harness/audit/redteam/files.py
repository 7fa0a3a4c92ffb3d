"""Designs that reach for files, the command line and the programs around the simulation.

None of them gets a pass from a verdict that only reads standard output; they would have to leave a mark, or show what
they have read.
"""

from harness.audit.redteam.target import Attack, around, disrupt, inside

_READ = (
    'integer f, n; reg [8*64-1:0] r; initial begin f = $fopen({path}, "r"); n = $fgets(r, f); $display("%0s", r); end'
)
_WRITE = 'integer f; initial begin f = $fopen({path}, "{mode}"); $fdisplay(f, "@line@"); $fclose(f); end'


def _reads(name: str, path: str, what: str) -> Attack:
    return disrupt(name, what, inside(_READ.replace("{path}", path)))


def _writes(name: str, path: str, what: str, mode: str = "w") -> Attack:
    return disrupt(name, what, inside(_WRITE.replace("{path}", path).replace("{mode}", mode)))


ATTACKS: tuple[Attack, ...] = (
    disrupt(
        "read_plusarg",
        "$value$plusargs: a secret on the command line",
        inside('integer n; reg [63:0] k; initial begin n = $value$plusargs("KEY=%h", k); $display("%h", k); end'),
    ),
    disrupt("test_plusarg", "$test$plusargs", inside('initial if ($test$plusargs("KEY")) $display("@line@");')),
    _reads("read_host_file", '"@secret@"', "a file of the machine"),
    _reads("read_own_process", '"/proc/self/environ"', "the environment, in which cocotb's key came"),
    _reads("read_parent_process", '"/proc/1/cmdline"', "the command line of the launcher"),
    _reads("read_binary", '"simulation.vvp"', "the compiled simulation, in which the key stands"),
    _reads("read_testbench", '"tb.v"', "the testbench's text"),
    _reads("read_log", '".log0"', "the log of the step before"),
    _writes("write_host_file", '"@outside@"', "a file of the machine"),
    _writes("write_up", '"../mark"', "a file beside the work folder"),
    _writes("append_to_log", '".log1"', "the log that is being written", "a"),
    _writes("overwrite_binary", '"simulation.vvp"', "the simulation for the next seed"),
    _writes("rewrite_results", '"results.xml"', "cocotb's result file"),
    _writes("rewrite_test", '"test_crc8_stream.py"', "cocotb's test"),
    _writes("rewrite_scoreboard", '"harness_scoreboard.py"', "the scoreboard that the test imports"),
    _writes("plant_python", '"sitecustomize.py"', "a module that Python imports at its start"),
    _writes("write_to_descriptor_path", '"/proc/self/fd/1"', "standard output by its path"),
    _writes("open_by_name_of_pipe", '"/proc/self/fd/4"', "the pipe of the verdict by its path"),
    disrupt(
        "write_to_pipe",
        "descriptors that were never opened here",
        inside('integer i; initial for (i = 3; i < 16; i = i + 1) $fwrite(32\'h8000_0000 + i, "@line@\\n");'),
    ),
    disrupt(
        "final_rewrites_results",
        "a final block, after the test has written",
        inside('integer f; final begin f = $fopen("results.xml", "w"); $fdisplay(f, "<testsuites/>"); end'),
    ),
    disrupt(
        "escaped_fopen",
        "\\$fopen is a system function for Icarus alone",
        inside('integer f; initial begin f = \\$fopen ("@outside@", "w"); \\$fdisplay (f, "@line@"); end'),
    ),
    disrupt(
        "readmemh",
        "$readmemh of a file of the machine",
        inside('reg [7:0] m [0:255]; initial begin $readmemh("@secret@", m); $display("%h", m[0]); end'),
    ),
    disrupt("writememh", "$writememh", inside('reg [7:0] m [0:3]; initial $writememh("@outside@", m);')),
    disrupt(
        "fread",
        "$fread",
        inside('integer f, n; reg [7:0] m [0:255]; initial begin f = $fopen("@secret@", "rb"); n = $fread(m, f); end'),
    ),
    disrupt(
        "dump_to_host",
        "a waveform as a file of the machine",
        inside('initial begin $dumpfile("@outside@"); $dumpvars; end'),
    ),
    disrupt(
        "dump_to_stdout",
        "a waveform on standard output",
        inside('initial begin $dumpfile("/dev/stdout"); $dumpvars; end'),
    ),
    disrupt("system_call", "$system", inside('initial $system("touch @outside@");')),
    disrupt("sdf_annotate", "$sdf_annotate reads a file", inside('initial $sdf_annotate("@secret@");')),
    disrupt("unknown_task", "a system task that a vendor may have", inside('initial $vendor_shell("id");')),
    disrupt("dpi_import", "C code by DPI", inside('import "DPI-C" function int system(input string s);')),
    disrupt("dpi_export", "DPI export", inside('export "DPI-C" function f;\nfunction f(input x); f = x; endfunction')),
    disrupt("include_host_file", "`include of a file of the machine", around('`include "@secret@"')),
    disrupt("include_testbench", "`include of the testbench", around('`include "tb.v"')),
    disrupt("include_itself", "`include of itself", around('`include "candidate.sv"')),
    disrupt(
        "include_by_macro", "`include with its name out of a macro", around('`define WHERE "@secret@"\n`include `WHERE')
    ),
    disrupt(
        "include_behind_condition",
        "`include that only a synthesis tool sees",
        around('`ifdef SYNTHESIS\n`include "@secret@"\n`endif'),
    ),
    disrupt("include_pasted", "`include out of an argument", around('`define GO(x) `x\n`GO(include) "@secret@"')),
)
