"""A damaged checkout costs one clear line for each defect, and the rest of the suite is read: for every reader."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import v1_checkout
import vgen_checkout
from conftest import MiniSuite, mini_suite
from test_rtl_repo import ROW

from harness.errors import ConfigError
from harness.records.problem import Suite
from harness.suites.locate import find_reader, load_suite

DATA = Path(__file__).parents[1] / "data"
Make = Callable[[Path], Path]


def copied(name: str, *below: str) -> Make:
    return lambda path: Path(shutil.copytree(DATA.joinpath(name, *below), path / "suite"))


def lines(path: Path) -> Path:
    (path / "test.jsonl").write_text("".join(json.dumps({**ROW, "level": str(n)}) + "\n" for n in range(3)))
    return path / "test.jsonl"


MAKERS: dict[str, Make] = {
    "rtllm-2.0": copied("rtllm_lookalike"),
    "verilog-eval-v1-human": v1_checkout.make,
    "verilog-eval-v1-machine": lambda path: v1_checkout.make(path, "Machine"),
    "verilog-eval-v2": copied("verilog_eval_lookalike"),
    "verilog-eval-layout": copied("verilog_eval_lookalike", "dataset_spec-to-rtl"),
    "vgen": vgen_checkout.make,
    "rtl-repo": lines,
    "mini": lambda path: mini_suite(MiniSuite(path / "problems" / "mini")).root,
}
SUM = "Arithmetic/Odd Sums/parity_sum"
PROB = "Prob002_stepper"
HUMAN, SAID = "data/VerilogEval_Human.jsonl", "descriptions/VerilogDescription_Human.jsonl"


def remove(name: str) -> Callable[[Path], object]:
    def damage(root: Path) -> None:
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return damage


def rename(name: str, other: str) -> Callable[[Path], object]:
    return lambda root: (root / name).rename(root / other)


def fill(name: str, data: bytes) -> Callable[[Path], object]:
    return lambda root: (root / name).write_bytes(data)


def line(name: str, number: int, new: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    def damage(root: Path) -> None:
        path = root / name if name else root
        found = path.read_bytes().split(b"\n")
        found[number - 1] = new(found[number - 1])
        path.write_bytes(b"\n".join(found))

    return damage


def cut(raw: bytes) -> bytes:
    return raw[:-9]


def foreign(raw: bytes) -> bytes:
    return raw[:-9] + b"\xff" + raw[-9:]


@pytest.mark.parametrize(
    ("suite", "damage", "lost", "said"),
    [
        # a missing file
        ("rtllm-2.0", remove(f"{SUM}/design_description.txt"), 1, f"{SUM}/design_description.txt: missing"),
        ("rtllm-2.0", remove(f"{SUM}/pairs.dat"), 1, f"{SUM}/pairs.dat: missing; testbench.v reads it"),
        ("rtllm-2.0", remove(f"{SUM}/verified_sum_with_parity.v"), 1, f"{SUM}: no verified_*.v; there should be one"),
        ("verilog-eval-v2", remove(f"dataset_spec-to-rtl/{PROB}_ref.sv"), 1, f"dataset_spec-to-rtl/{PROB}_ref.sv: missing"),
        ("verilog-eval-layout", remove(f"{PROB}_prompt.txt"), 1, f"suite/{PROB}_prompt.txt: missing"),
        ("vgen", remove("prompts-and-testbenches/basic2/prompt2_my-gate.v"), 1, "prompts-and-testbenches/basic2/prompt2_*.v: missing"),
        ("mini", remove("counter/golden.v"), 1, 'key "golden": '),
        # a problem without a testbench
        ("rtllm-2.0", remove(f"{SUM}/testbench.v"), 1, f"{SUM}/testbench.v: missing"),
        ("verilog-eval-v1-human", line(HUMAN, 1, lambda raw: json.dumps({**json.loads(raw), "test": None}).encode()), 1, f"{HUMAN} line 1: no text under test; no line of swap"),
        ("verilog-eval-v2", remove(f"dataset_spec-to-rtl/{PROB}_test.sv"), 1, f"dataset_spec-to-rtl/{PROB}_test.sv: missing"),
        ("verilog-eval-layout", remove(f"{PROB}_test.sv"), 1, f"suite/{PROB}_test.sv: missing"),
        ("vgen", remove("prompts-and-testbenches/basic2/tb_my-gate.v"), 1, "prompts-and-testbenches/basic2/tb_*.v: missing"),
        ("mini", remove("../../testbenches/mini/counter/tb.v"), 1, 'key "testbench.files": '),
        # a renamed folder, or name
        ("rtllm-2.0", rename("Control/Steps/step_counter", "Control/Steps/step_counter_old"), 0, "auto_run.py lists step_counter: no such folder (step_counter_old is not listed)"),
        ("rtllm-2.0", remove(SUM), 1, "auto_run.py lists parity_sum: no such folder"),
        ("verilog-eval-v2", rename(f"dataset_spec-to-rtl/{PROB}_ref.sv", f"dataset_spec-to-rtl/{PROB}_reference.sv"), 1, f"dataset_spec-to-rtl/{PROB}_ref.sv: missing"),
        ("vgen", rename("prompts-and-testbenches/basic2", "prompts-and-testbenches/basic2_old"), 1, 'prompts-and-testbenches/basic2_old: no name of a problem, such as "basic1"'),
        # a line that is no JSON, or no text
        ("verilog-eval-v1-human", line(HUMAN, 2, cut), 1, f"{HUMAN} line 2: not whole JSON; no line of stepper"),
        ("verilog-eval-v1-human", line(HUMAN, 2, foreign), 1, f"{HUMAN} line 2: not UTF-8; no line of stepper"),
        ("verilog-eval-v1-human", line(SAID, 1, cut), 1, f"{SAID} line 1: not whole JSON; no description of swap"),
        ("verilog-eval-v1-human", line(SAID, 1, lambda _: b'{"task_id": "swap", "detail_description": " "}'), 1, f"{SAID} line 1: swap has an empty description"),
        ("verilog-eval-v1-human", line(HUMAN, 1, lambda _: b""), 1, f"{HUMAN}: no line of swap"),
        ("verilog-eval-v1-machine", line("data/VerilogEval_Machine.jsonl", 1, lambda _: b"[]"), 1, "data/VerilogEval_Machine.jsonl line 1: no text under task_id, prompt, canonical_solution, test; no line of swap"),
        ("rtl-repo", line("", 2, cut), 1, "test.jsonl line 2: not a JSON object"),
        ("rtl-repo", line("", 2, foreign), 1, "test.jsonl line 2: not a JSON object"),
        ("rtl-repo", line("", 2, lambda raw: json.dumps({**json.loads(raw), "next_line": 5}).encode()), 1, "test.jsonl line 2: no text under next_line"),
        # something else in a file's place
        ("rtllm-2.0", fill(f"{SUM}/testbench.v", b"\xff\xfe"), 1, f"{SUM}/testbench.v: not UTF-8"),
        ("verilog-eval-v2", fill(f"dataset_spec-to-rtl/{PROB}_test.sv", b""), 1, f"dataset_spec-to-rtl/{PROB}_test.sv: empty"),
        ("vgen", fill("prompts-and-testbenches/basic2/tb_my-gate.v", b"module tb; endmodule"), 1, "tb_my-gate.v: the testbench has no one module that prints that the design passed"),
        ("mini", fill("counter/problem.toml", b"title = "), 1, "counter/problem.toml: not TOML"),
    ],
)  # fmt: skip
def test_one_line_for_a_defect_and_the_rest_is_read(
    tmp_path: Path, suite: str, damage: Callable[[Path], object], lost: int, said: str
) -> None:
    root = MAKERS[suite](tmp_path)
    whole = read(suite, root)
    assert whole.defects == ()
    damage(root)
    found = read(suite, root)
    assert len(found.problems) == len(whole.problems) - lost > 0
    assert len(found.defects) == 1
    assert said in found.defects[0] and "\n" not in found.defects[0]


def read(suite: str, root: Path) -> Suite:
    tasks = find_reader("core" if suite == "mini" else suite).tasks
    return load_suite(suite, tasks[0], str(root))


@pytest.mark.parametrize("suite", MAKERS)
def test_a_folder_with_nothing_of_it_is_one_line(tmp_path: Path, suite: str) -> None:
    empty = tmp_path / "empty" / "problems" / "mini"
    empty.mkdir(parents=True)
    with pytest.raises(ConfigError) as caught:
        read(suite, empty)
    assert str(empty) in str(caught.value) or "no suite" in str(caught.value)


@pytest.mark.parametrize("suite", [name for name in MAKERS if name != "rtl-repo"])
def test_a_byte_order_mark_is_no_damage(tmp_path: Path, suite: str) -> None:
    root = MAKERS[suite](tmp_path)
    whole = read(suite, root)
    for pattern in ("*.txt", "*.jsonl", "*.v", "*.sv"):
        for path in root.rglob(pattern) if suite != "mini" else ():
            if path.name != "problems.txt":
                path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    found = read(suite, root)
    assert (found.digest, found.defects) == (whole.digest, ())


def test_of_many_lost_descriptions_the_first_is_named(tmp_path: Path) -> None:
    root = v1_checkout.make(tmp_path)
    (root / SAID).write_text("\n" + (root / SAID).read_text().splitlines()[1] + "\n")
    assert read("verilog-eval-v1-human", root).defects == (f"{SAID}: no description of swap",)
    data = (root / HUMAN).read_text().splitlines()
    extra = [json.dumps({**json.loads(data[0]), "task_id": name}) for name in ("x", "y")]
    (root / HUMAN).write_text("\n".join([*data, *extra]))
    assert read("verilog-eval-v1-human", root).defects == (f"{SAID}: no description of swap and 2 others",)
