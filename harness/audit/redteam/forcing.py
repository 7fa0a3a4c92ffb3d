"""Designs that change the testbench's variables."""

from harness.audit.redteam.target import Attack, Target, Template, around, disrupt, forge, inside, instead


def _each_input(text: str, after: str = "") -> Template:
    """The golden design for synthesis; for simulation a wrong one with ``text`` for every bit of its inputs."""

    def made(target: Target) -> str:
        inputs = [port for port in target.ports if port.direction == "input"]
        bits = [f"{port.name}[{bit}]" if port.width > 1 else port.name for port in inputs for bit in range(port.width)]
        lines = [text.replace("@bit@", bit).replace("@n@", str(number)) for number, bit in enumerate(bits)]
        wrong = "\n".join([target.header(), target.wrong(), *lines, "endmodule", after])
        return f"`ifdef SYNTHESIS\n{target.golden}\n`else\n{wrong}\n`endif\n"

    return made


def _input_variable(target: Target) -> str:
    """The same with inputs that are variables and written at once."""
    wrong = target.header().replace("input wire", "input var logic")
    inputs = [port.name for port in target.ports if port.direction == "input"]
    body = [f"initial {name} = 'bx; always @({name}) {name} = 'bx;" for name in inputs]
    wrong = "\n".join([wrong, target.wrong(), *body, "endmodule"])
    return f"`ifdef SYNTHESIS\n{target.golden}\n`else\n{wrong}\n`endif\n"


_POISON = "wire poison; assign (supply1, supply0) poison = 1'bx;"

ATTACKS: tuple[Attack, ...] = (
    forge("force_match", "force of the comparison", inside("initial force tb.tb_match = 1'b1;"), "verilog_eval"),
    forge("force_counter", "force of the count of faults", inside("initial force @failed@ = 0;"), "native", "rtllm"),
    forge(
        "force_by_loop",
        "force again and again, release between",
        inside("always begin force @failed@ = 0; #1 release @failed@; @failed@ = 0; end"),
        "native",
        "rtllm",
    ),
    forge(
        "write_counter",
        "the count of faults is set to 0 at every step",
        inside("always #1 @failed@ = 0;"),
        "native",
        "rtllm",
    ),
    forge(
        "write_struct_member",
        "one member of the testbench's statistics is kept at 0",
        inside("always #1 @failed@ = 0;"),
        "verilog_eval",
    ),
    forge("write_nonblocking", "the same, nonblocking", inside("always #1 @failed@ <= 0;"), "native", "rtllm"),
    forge(
        "write_through_task",
        "a task writes through its output argument",
        inside("task clear(output integer x); x = 0; endtask\nalways #1 clear(@failed@);"),
        "native",
        "rtllm",
    ),
    forge(
        "procedural_assign",
        "procedural continuous assignment to the count",
        inside("initial assign @failed@ = 0;"),
        "native",
        "rtllm",
    ),
    disrupt(
        "write_by_sformat",
        "$sformat writes its first argument",
        inside('always #1 $sformat(@failed@, "%c", 0);'),
    ),
    forge(
        "write_from_helper",
        "a helper module writes",
        around(within="writer_of_ours u ();", after="module writer_of_ours; always #1 @failed@ = 0; endmodule"),
        "native",
        "rtllm",
    ),
    forge(
        "write_from_function",
        "a function with a side effect writes",
        inside("function f(input x); begin @failed@ = 0; f = x; end endfunction\nreg r; always #1 r = f(r);"),
        "native",
        "rtllm",
    ),
    forge(
        "write_from_second_root",
        "a root of its own writes",
        around(after="module root_of_ours; always #1 @failed@ = 0; endmodule"),
        "native",
        "rtllm",
    ),
    disrupt("deassign", "deassign of a variable that is not ours", inside("initial #1 deassign @failed@;")),
    disrupt("release", "release of a net that is not ours", inside("initial #1 release tb.tb_match;")),
    disrupt("trigger_event", "an event of the testbench", inside("initial -> tb.done;")),
    disrupt("increment", "an increment", inside("initial #1 @failed@++;")),
    disrupt(
        "loop_variable",
        "a loop counts in the testbench's variable",
        inside("initial for (@failed@ = 0; @failed@ < 3; @failed@ = @failed@ + 1) #1 ;"),
    ),
    disrupt(
        "force_own_input",
        "force of the own input, in the hope that the net is shared",
        inside("initial force @in@ = 0;"),
    ),
    disrupt(
        "drive_own_input",
        "an assignment to the own input, which Icarus turns into an inout",
        instead("assign @in@ = {@in_width@{1'b0}};"),
    ),
    disrupt(
        "drive_own_input_stronger",
        "the same with supply strength, which wins",
        instead("assign (supply1, supply0) @in@ = {@in_width@{1'b0}};"),
    ),
    disrupt("pull_own_input", "a gate on the own input", instead("pulldown (@in@);")),
    disrupt(
        "poison_own_input",
        "X on the own input, so that the reference says X",
        instead("assign @in@ = {@in_width@{1'bx}};"),
    ),
    forge(
        "poison_through_switch",
        "X on the own inputs through a switch that works both ways, of which nobody warns",
        _each_input("wire p_@n@; assign (supply1, supply0) p_@n@ = 1'bx; tran (@bit@, p_@n@);"),
        "verilog_eval",
    ),
    forge(
        "poison_through_controlled_switch",
        "the same through a switch with a gate",
        _each_input("wire p_@n@; assign (supply1, supply0) p_@n@ = 1'bx; tranif1 (@bit@, p_@n@, 1'b1);"),
        "verilog_eval",
    ),
    forge(
        "poison_below",
        "the switch is in a helper",
        _each_input(
            "poisoner_of_ours p_@n@ (@bit@);",
            f"module poisoner_of_ours (inout way); {_POISON} tran (way, poison); endmodule",
        ),
        "verilog_eval",
    ),
    disrupt(
        "poison_below_without_switch",
        "a helper's bidirectional port",
        _each_input(
            "poisoner_of_ours p_@n@ (@bit@);",
            "module poisoner_of_ours (inout way); assign (supply1, supply0) way = 1'bx; endmodule",
        ),
    ),
    disrupt("poison_as_variable", "inputs that are variables, which Icarus 12 lets the design write", _input_variable),
    disrupt(
        "random_disturbance",
        "draws from the random source that the testbench may share",
        inside("integer n; reg [31:0] r; initial for (n = 0; n < 1000; n = n + 1) r = $random;"),
    ),
    disrupt(
        "random_with_their_seed",
        "draws with the testbench's own state",
        inside("reg [31:0] r; always #1 r = $random(tb.state);"),
    ),
)
