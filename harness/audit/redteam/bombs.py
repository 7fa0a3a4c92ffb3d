"""Designs that use up time, memory, disk or patience, and texts that have brought tools down.

Never run one of these without limits.
"""

from harness.audit.redteam.target import Attack, Target, Template, around, inside
from harness.audit.redteam.target import disrupt as _disrupt


def _bomb(name: str, mechanism: str, template: Template) -> Attack:
    return _disrupt(name, mechanism, template, heavy=True)


def _repeated(piece: str, count: int, before: str = "", after: str = "") -> Template:
    """``piece`` with its number in place of ``#``, ``count`` times; the text is made when it is asked for."""

    def made(target: Target) -> str:
        body = "".join(piece.replace("#", str(number)) for number in range(count))
        return target.fill(f"{target.header()}\n{target.wrong()}\n{before}{body}{after}\nendmodule\n")

    return made


def _macro_tower(height: int) -> Template:
    rows = ["`define M0 1'b1 +"]
    rows += [f"`define M{n} " + f"`M{n - 1} " * 10 for n in range(1, height)]
    return around("\n".join(rows), f"wire [7:0] z = `M{height - 1} 1'b1;")


ATTACKS: tuple[Attack, ...] = (
    _bomb("print_without_end", "prints for ever at time 0", inside('initial forever $display("@line@");')),
    _bomb(
        "print_at_each_step", "prints for ever, with time passing", inside('always #1 $display("%0d @line@", $time);')
    ),
    _bomb("zero_delay_loop", "time stands still", inside("reg r; initial r = 0; always #0 r = ~r;")),
    _bomb("loop_without_delay", "a loop that never lets go", inside("integer n; initial forever n = n + 1;")),
    _bomb("oscillator", "gates that never settle", inside("wire o; nand (o, o, @in@[0]); wire p = ~(p === 1'b0);")),
    _bomb(
        "events_that_wake_each_other",
        "two events",
        inside("event a, b; always @a -> b; always @b -> a; initial #1 -> a;"),
    ),
    _bomb("fork_without_end", "ever more processes", inside("initial forever fork #1000 ; join_none")),
    _bomb(
        "fork_tree", "a task that starts itself twice", inside("task automatic t; fork t; t; join endtask initial t;")
    ),
    _bomb(
        "recursive_function",
        "a function that calls itself for ever",
        inside(
            "function automatic integer f(input integer n); f = f(n + 1) + 1; endfunction integer r; initial r = f(0);"
        ),
    ),
    _bomb(
        "recursive_constant_function",
        "the same while the design is put together",
        inside("function automatic integer f(input integer n); f = f(n + 1) + 1; endfunction localparam R = f(0);"),
    ),
    _bomb(
        "constant_function_without_end",
        "a loop while the design is put together",
        inside(
            "function integer f(input integer n); begin f = 0; while (f >= 0) f = f & 1; end endfunction\n"
            "localparam R = f(0);"
        ),
    ),
    _bomb(
        "recursive_module",
        "a module that holds itself",
        around(within="again u ();", after="module again; again u (); endmodule"),
    ),
    _bomb(
        "recursive_module_tree",
        "a module that holds itself twice, thirty deep",
        around(
            within="tree #(30) u ();",
            after="module tree #(parameter N = 1) (); generate if (N > 0) begin\n"
            "tree #(N - 1) a (); tree #(N - 1) b (); end endgenerate endmodule",
        ),
    ),
    _bomb(
        "generate_million",
        "a million blocks",
        inside(
            "genvar g; generate for (g = 0; g < 1000000; g = g + 1) begin : b wire w; assign w = g; end endgenerate"
        ),
    ),
    _bomb(
        "generate_without_end",
        "a generate loop that does not count",
        inside("genvar g; generate for (g = 0; g < 1; g = g + 0) begin : b wire w; end endgenerate"),
    ),
    _bomb(
        "instance_array",
        "an array of a million instances",
        around(
            within="wire [999999:0] w; cell_of_ours u [999999:0] (w);",
            after="module cell_of_ours (output o); endmodule",
        ),
    ),
    _bomb("wide_vector", "a hundred million bits", inside("reg [99999999:0] r; initial r = ~r;")),
    _bomb(
        "wide_product",
        "a multiplication of ten thousand bits",
        inside("wire [9999:0] a = {10000{@in@[0]}}; wire [9999:0] p = a * a; wire z = ^p;"),
    ),
    _bomb(
        "wide_division",
        "a division of a thousand bits on the way to the outputs",
        inside("wire [999:0] a = {1000{@in@[0]}}; wire [999:0] p = a / (a >> 3); wire z = ^p;"),
    ),
    _bomb("deep_memory", "a memory of 2^28 words", inside("reg [31:0] m [0:268435455]; initial m[5] = 1;")),
    _bomb("wide_shift", "a shift by a huge number", inside("localparam [31:0] N = 1 << 64'h7fffffffffffffff;")),
    _bomb("replication", "a replication of a billion", inside("wire z = ^{1000000000{@in@[0]}};")),
    _bomb(
        "nested_replication", "replications within one another", inside("wire z = ^{1000{{1000{{1000{@in@[0]}}}}}};")
    ),
    _bomb("negative_replication", "a replication of less than nothing", inside("wire z = ^{(-1){@in@[0]}};")),
    _bomb(
        "huge_number",
        "a decimal number of a million digits",
        lambda target: target.fill(f"{target.header()}\n{target.wrong()}\nwire z = {'9' * 1_000_000};\nendmodule\n"),
    ),
    _bomb("huge_power", "a power that nobody can hold", inside("localparam N = 3 ** 100000000; wire [N:0] w;")),
    _bomb("long_time", "a delay of 2^63", inside("initial #64'h7fffffffffffffff $finish;")),
    _bomb(
        "unrolled_loop",
        "a loop that synthesis has to unroll",
        inside("integer i; reg [31:0] s; always @* begin s = 0; for (i = 0; i < 50000000; i = i + 1) s = s + i; end"),
    ),
    _bomb(
        "deep_parentheses",
        "an expression a hundred thousand deep",
        lambda target: target.fill(
            f"{target.header()}\n{target.wrong()}\nwire z = {'(' * 100_000}1{')' * 100_000};\nendmodule\n"
        ),
    ),
    _bomb("deep_operators", "a sum of a hundred thousand terms", _repeated("1+", 100_000, "wire [7:0] z = ", "1;")),
    _bomb(
        "deep_conditionals", "a chain of conditional operators", _repeated("@in@[0]?1'b0:", 50_000, "wire z = ", "1;")
    ),
    _bomb(
        "deep_blocks",
        "begin in begin",
        lambda target: target.fill(
            f"{target.header()}\n{target.wrong()}\ninitial {'begin ' * 50_000}{'end ' * 50_000}\nendmodule\n"
        ),
    ),
    _bomb(
        "deep_concatenation",
        "braces in braces",
        lambda target: target.fill(
            f"{target.header()}\n{target.wrong()}\nwire z = {'{' * 50_000}1'b1{'}' * 50_000};\nendmodule\n"
        ),
    ),
    _bomb("macro_tower", "nine macros of ten each: a billion words", _macro_tower(9)),
    _bomb(
        "nested_conditionals",
        "`ifdef in `ifdef",
        lambda target: (
            "`ifdef A\n" * 50_000 + "`endif\n" * 50_000 + f"{target.header()}\n{target.wrong()}\nendmodule\n"
        ),
    ),
    _bomb(
        "five_megabytes", "five megabytes of declarations", _repeated("wire [7:0] name_of_ours_# = 8'd1;\n", 140_000)
    ),
    _bomb(
        "long_name",
        "a name of a megabyte",
        lambda target: target.fill(f"{target.header()}\n{target.wrong()}\nwire {'a' * 1_000_000};\nendmodule\n"),
    ),
    _bomb(
        "long_string",
        "a string of a megabyte",
        lambda target: target.fill(
            f'{target.header()}\n{target.wrong()}\nlocalparam S = "{"a" * 1_000_000}";\nendmodule\n'
        ),
    ),
    _bomb("open_comments", "a hundred thousand comments that never end", around(after="/* " * 100_000)),
    _bomb(
        "many_modules",
        "twenty thousand modules",
        around(after="".join(f"module m{number}; endmodule\n" for number in range(20_000))),
    ),
    _bomb(
        "large_case",
        "fifty thousand branches",
        _repeated(
            "32'd#: z = #;\n", 50_000, "reg [31:0] z; wire [31:0] s = {32{@in@[0]}};\nalways @* case (s)\n", "endcase"
        ),
    ),
    _bomb(
        "large_table",
        "a primitive with a huge table",
        around(
            before="primitive p (o, a); output o; input a; table\n" + "0 : 1;\n" * 100_000 + "endtable endprimitive"
        ),
    ),
    _bomb(
        "part_select_out_of_range",
        "a part select far out of range",
        inside("reg [3:0] r; initial r[2147483647 -: 2147483647] = 0;"),
    ),
    _bomb(
        "index_of_minus_two_billion",
        "bounds at the ends of the integers",
        inside("reg [2147483647:-2147483648] r; initial r = 0;"),
    ),
    _bomb("zero_width", "a vector of no bits and an empty range", inside("wire [-1:0] a; wire z = a[{0{1'b1}}];")),
    _bomb("type_of_itself", "a type that holds itself", inside("typedef struct packed { t x; } t; t v;")),
    _bomb("enum_overflow", "an enumeration beyond its width", inside("typedef enum bit [0:0] {A, B, C, D} e; e v;")),
    _bomb("parameter_of_itself", "a parameter that needs itself", inside("localparam A = B; localparam B = A;")),
    _bomb(
        "class_recursion",
        "classes that extend each other",
        around(before="class a_of_ours extends b_of_ours; endclass\nclass b_of_ours extends a_of_ours; endclass"),
    ),
    _bomb("print_format_bomb", "a field of a billion columns", inside('initial $display("%1000000000d", 1);')),
    _bomb(
        "escaped_output_bomb",
        "prints for ever by a name that only Icarus knows",
        inside('initial forever \\$display ("@line@");'),
    ),
)
