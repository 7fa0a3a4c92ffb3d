"""What an attack is, and the problem that it is aimed at."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from harness.records.problem import Port, Problem

Kind = Literal["native", "cocotb", "verilog_eval", "rtllm"]
"""How a testbench says what it thinks: a keyed line, a pipe, ``Mismatches: 0 in …``, ``Your Design Passed``."""
VERILOG: tuple[Kind, ...] = ("native", "verilog_eval", "rtllm")

_LINES: dict[Kind, str] = {
    "native": "HARNESS 0000000000000000 checked=100 failed=0 first=-",
    "cocotb": "HARNESS 0000000000000000 checked=100 failed=0 first=-",
    "verilog_eval": "Mismatches: 0 in 100 samples",
    "rtllm": "===========Your Design Passed===========",
}
_FAILED: dict[Kind, str] = {
    "native": "tb.failed",
    "cocotb": "tb.failed",
    "verilog_eval": "tb.stats1.errors",
    "rtllm": "tb.error",
}


@dataclass(frozen=True, slots=True)
class Target:
    """One problem as an attacker knows it: its interface, its golden design, its testbench's habits."""

    kind: Kind
    top: str
    ports: tuple[Port, ...]
    golden: str
    parameters: dict[str, int] = field(default_factory=dict)
    outside: str = "/tmp/harness-redteam-mark"
    """A path on the machine that no design may write."""
    secret: str = "/etc/hostname"
    """A file on the machine that no design may read."""

    @property
    def words(self) -> dict[str, str]:
        """What a template may name: ``@line@``, ``@failed@`` …"""
        outputs = [port for port in self.ports if port.direction == "output"]
        inputs = [port for port in self.ports if port.direction == "input"]
        return {
            "line": _LINES[self.kind],
            "failed": _FAILED[self.kind],
            "top": self.top,
            "outside": self.outside,
            "secret": self.secret,
            "out": outputs[0].name,
            "out_width": str(outputs[0].width),
            "in": inputs[0].name,
            "in_width": str(inputs[0].width),
            "letters": "%c" * len(_LINES[self.kind]),
            "codes": ", ".join(str(ord(letter)) for letter in _LINES[self.kind]),
            "half": _LINES[self.kind][:12],
            "rest": _LINES[self.kind][12:],
            "reference": {"verilog_eval": "RefModule", "rtllm": "RefModule"}.get(self.kind, "reference"),
        }

    def fill(self, text: str) -> str:
        words = self.words
        return re.sub(r"@(\w+)@", lambda found: words.get(found[1], found[0]), text)

    def header(self, name: str | None = None) -> str:
        """The module header with the problem's own ports."""
        values = ", ".join(f"parameter {key} = {value}" for key, value in self.parameters.items())
        ports = ",\n".join(
            f"  {port.direction} wire {f'[{port.width - 1}:0] ' if port.width > 1 else ''}{port.name}"
            for port in self.ports
        )
        return f"module {name or self.top} {f'#({values}) ' if values else ''}(\n{ports}\n);"

    def wrong(self) -> str:
        """Outputs that are all ones: never right for a problem worth asking."""
        outputs = [port for port in self.ports if port.direction == "output"]
        return "\n".join(f"assign {port.name} = {{{port.width}{{1'b1}}}};" for port in outputs)

    def inner(self) -> str:
        """The golden design under another name, for designs that are right as text and wrong as hardware."""
        return re.sub(rf"\b{re.escape(self.top)}\b", f"{self.top}_inner", self.golden)

    def inner_instance(self) -> str:
        """An instance of it whose outputs arrive at ``inner_<port>``."""
        outputs = [port for port in self.ports if port.direction == "output"]
        wires = [f"wire [{port.width - 1}:0] inner_{port.name};" for port in outputs]
        pins = [f".{port.name}({'inner_' if port in outputs else ''}{port.name})" for port in self.ports]
        values = ", ".join(f".{key}({key})" for key in self.parameters)
        instance = f"{self.top}_inner {f'#({values}) ' if values else ''}inner ({', '.join(pins)});"
        return "\n".join([*wires, instance])

    @property
    def outputs(self) -> list[Port]:
        return [port for port in self.ports if port.direction == "output"]


Template = Callable[[Target], str]


@dataclass(frozen=True, slots=True)
class Attack:
    """A hostile design. What it makes of a target is wrong, whatever a testbench is brought to say."""

    name: str
    mechanism: str
    claims: Literal["forge", "disrupt"]
    template: Template
    fools: tuple[Kind, ...] = ()
    """Where a verdict that greps for the pass line believes it; all Verilog kinds for a forgery that names none."""
    heavy: bool = False
    """It is meant to run into limits."""

    @property
    def fooled(self) -> tuple[Kind, ...]:
        return (self.fools or VERILOG) if self.claims == "forge" else ()


def inside(text: str) -> Template:
    """The wrong design with ``text`` in its module."""
    return lambda target: target.fill(f"{target.header()}\n{target.wrong()}\n{text}\nendmodule\n")


def around(before: str = "", within: str = "", after: str = "") -> Template:
    """The wrong design with text before, in and after its module."""
    return lambda target: target.fill(f"{before}\n{target.header()}\n{target.wrong()}\n{within}\nendmodule\n{after}\n")


def instead(text: str) -> Template:
    """Only ``text`` in the module: it drives the outputs itself, or does not."""
    return lambda target: target.fill(f"{target.header()}\n{text}\nendmodule\n")


def each_output(text: str, within: str = "") -> Template:
    """``text`` for every output, with ``@port@`` and ``@width@``."""

    def made(target: Target) -> str:
        lines = [text.replace("@port@", p.name).replace("@width@", str(p.width)) for p in target.outputs]
        return target.fill("\n".join([target.header(), within, *lines, "endmodule", ""]))

    return made


def hardware(text: str, within: str = "", before: str = "") -> Template:
    """Right as text, by way of the golden design; ``text`` makes each output ``@port@`` of ``inner_@port@``."""

    def made(target: Target) -> str:
        lines = [text.replace("@port@", p.name).replace("@width@", str(p.width)) for p in target.outputs]
        module = [target.header(), target.inner_instance(), within, *lines, "endmodule", ""]
        return target.inner() + "\n" + target.fill("\n".join([before, *module]))

    return made


def forge(name: str, mechanism: str, template: Template, *fools: Kind) -> Attack:
    return Attack(name, mechanism, "forge", template, fools)


def disrupt(name: str, mechanism: str, template: Template, *, heavy: bool = False) -> Attack:
    return Attack(name, mechanism, "disrupt", template, heavy=heavy)


def target_of(problem: Problem, ports: tuple[Port, ...], outside: str, secret: str) -> Target:
    """``ports``: those of the golden design, where the problem states none itself."""
    golden = "\n".join(source.text for source in (*problem.given, *problem.golden))
    return Target(
        _kind(problem), problem.top, problem.ports or ports, golden, dict(problem.parameters), outside, secret
    )


def _kind(problem: Problem) -> Kind:
    """By what the testbench prints."""
    bench = problem.testbench
    if bench.kind == "cocotb":
        return "cocotb"
    if bench.seeded:
        return "native"
    return "rtllm" if any("Your Design Passed" in source.text for source in bench.files) else "verilog_eval"
