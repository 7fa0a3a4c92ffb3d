"""The models that are no language models: what they answer is known beforehand, exactly."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.audit.faults import faults
from harness.errors import ConfigError, HarnessError
from harness.models.offline import (
    Faulty,
    choose_samples,
    create_empty,
    create_faulty,
    create_reference,
    fenced,
)
from harness.records.completion import Request
from harness.records.outcome import Task
from harness.records.problem import Problem, SourceFile, Suite
from harness.records.problem import Testbench as Bench

GOLDEN = "module {name}(input [3:0] a, b, input c, output [3:0] y);\n  assign y = c ? a + b : a - b;\nendmodule\n"


def problem(name: str, *more: str) -> Problem:
    sources = [GOLDEN.format(name=name), *more]
    golden = tuple(SourceFile(f"g{i}.v", text) for i, text in enumerate(sources))
    bench = Bench("verilog", (), 1, 1)
    given = (SourceFile("given.v", "module given; endmodule\n"),)
    return Problem(name, name, "c", "easy", name, "verilog", "spec", golden, given, (Task.SPEC_TO_RTL,), (), bench)


def suite(count: int = 20) -> Suite:
    return Suite("s", "1", Path(), tuple(problem(f"p{i:02}") for i in range(count)))


@dataclass(frozen=True)
class Edited:
    code: str


def numbered(code: str, top: str, seed: int) -> Iterator[Edited]:
    """Mutants without slang: the first two cannot be seen by any testbench."""
    for i in range(10):
        yield Edited(f"{code}// {'same' if i < 2 else 'wrong'} {i} {seed}\n")


def proves(_: Problem, code: str) -> bool:
    return "wrong" in code


def faulty(n: int = 5, seed: int = 1, share: float = 0.3, of: Suite | None = None) -> Faulty:
    return create_faulty("", of or suite(), seed=seed, n=n, prove_wrong=proves, share=share, mutants=numbered)


def wrong_samples(model: Faulty, names: list[str], n: int) -> Counter[str]:
    texts = {(name, i): model.complete(Request(name, i)).text for name in names for i in range(n)}
    return Counter(name for (name, _), text in texts.items() if "wrong" in text)


def test_reference_answers_with_all_golden_sources_and_no_given_one() -> None:
    of = Suite("s", "1", Path(), (problem("p", "module sub; endmodule"),))
    model = create_reference("", of)
    text = model.complete(Request("p", 0)).text
    assert text == fenced(GOLDEN.format(name="p") + "\nmodule sub; endmodule\n", "verilog")
    assert text.startswith("```verilog\nmodule p(") and text.endswith("endmodule\n```\n")
    assert "No language model" in model.describe()


def test_empty_answers_with_nothing() -> None:
    model = create_empty("")
    reply = model.complete(Request("anything", 3))
    assert (reply.text, reply.finish_reason) == ("", "stop")
    assert "No language model" in model.describe()


@pytest.mark.parametrize(
    ("problems", "n", "share", "total"),
    [(20, 5, 0.3, 30), (20, 1, 0.3, 6), (7, 3, 0.5, 10), (3, 2, 0, 0), (3, 2, 1, 6)],
)
def test_exactly_the_share_of_all_samples_is_wrong_and_evenly_spread(
    problems: int, n: int, share: float, total: int
) -> None:
    of = suite(problems)
    names = [p.name for p in of.problems]
    wrong = wrong_samples(faulty(n, share=share, of=of), names, n)
    assert wrong.total() == total
    assert max(wrong[name] for name in names) - min(wrong[name] for name in names) <= 1


def test_the_same_seed_gives_the_same_answers_in_any_order_and_another_seed_others() -> None:
    keys = [(f"p{i:02}", sample) for i in range(20) for sample in range(5)]

    def answers(seed: int, order: list[tuple[str, int]]) -> dict[tuple[str, int], str]:
        model = faulty(seed=seed)
        return {key: model.complete(Request(*key)).text for key in order}

    assert answers(1, keys) == answers(1, keys[::-1])
    assert answers(1, keys) != answers(2, keys)


def test_every_fault_was_proven_and_no_two_of_a_problem_are_the_same() -> None:
    model = faulty(n=5, share=1.0, of=suite(1))
    texts = [model.complete(Request("p00", i)).text for i in range(5)]
    assert len(set(texts)) == 5
    assert all("wrong" in text for text in texts)


def test_faults_are_used_again_where_a_design_has_too_few() -> None:
    model = faulty(n=20, share=1.0, of=suite(1))
    texts = [model.complete(Request("p00", i)).text for i in range(20)]
    assert len(set(texts)) == 8 and all("wrong" in text for text in texts)


def test_faults_are_proven_once_however_many_threads_ask() -> None:
    proofs: Counter[str] = Counter()

    def count(of: Problem, code: str) -> bool:
        proofs[code] += 1
        return "wrong" in code

    model = create_faulty("", suite(), seed=1, n=5, prove_wrong=count, mutants=numbered)
    requests = [Request(f"p{i:02}", sample) for i in range(20) for sample in range(5)] * 3
    with ThreadPoolExecutor(16) as threads:
        texts = list(threads.map(lambda request: model.complete(request).text, requests))
    assert max(proofs.values()) == 1
    assert sum("wrong" in text for text in texts) == 90


def test_a_problem_in_which_no_fault_can_be_seen_is_named() -> None:
    model = create_faulty("", suite(1), seed=1, n=1, prove_wrong=lambda *_: False, share=1.0, mutants=numbered)
    with pytest.raises(ConfigError, match=r"faulty: p00: no fault .* see\. .*: harness audit s --problems 'p00'"):
        model.complete(Request("p00", 0))


def test_a_problem_without_a_verdict_costs_no_other_one_its_answer() -> None:
    def verdict(of: Problem, code: str) -> bool:
        if of.name == "p00":
            raise HarnessError("p00: the golden design fails its own testbench")
        return "wrong" in code

    model = create_faulty("", suite(2), seed=1, n=1, prove_wrong=verdict, share=1.0, mutants=numbered)
    assert "wrong" not in model.complete(Request("p00", 0)).text
    assert "wrong" in model.complete(Request("p01", 0)).text


def test_trouble_with_a_fault_alone_is_no_golden_design_without_a_verdict() -> None:
    def verdict(_: Problem, code: str) -> bool:
        if "same" in code:
            raise HarnessError("out of memory")
        return "wrong" in code

    model = create_faulty("", suite(1), seed=1, n=1, prove_wrong=verdict, share=1.0, mutants=numbered)
    with pytest.raises(HarnessError, match="out of memory"):
        model.complete(Request("p00", 0))


def test_a_wire_and_a_line_have_faults_too() -> None:
    wire = "module w(input a, b, output y, z);\n  assign y = a;\n  assign z = b;\nendmodule\n"
    found = [fault.code for fault in faults(wire, "w", 1)]
    assert wire.replace("= a;", "= ~(a);") in found
    assert found[-1] == wire.replace("= a;", "= ~(a);").replace("= b;", "= ~(b);")
    lines = [fault.code for fault in faults("assign y = a;", "", 1)]
    assert len(set(lines)) == 5 and all(line.split() != ["assign", "y", "=", "a;"] for line in lines)
    assert lines == [fault.code for fault in faults("assign y = a;", "", 1)]
    assert [fault.code for fault in faults("end", "", 1)] == ["end_"]


def test_a_suite_without_problems_is_no_trouble() -> None:
    assert choose_samples([], 5, 0.3, 1) == {}


def test_the_share_may_stand_in_the_name() -> None:
    model = create_faulty("share=0.5", suite(), seed=1, n=5, prove_wrong=proves, mutants=numbered)
    assert model.share == 0.5
    assert model.describe().splitlines() == [
        "faulty: the golden designs with a fault in 50 % of the samples. No language model. Try",
        "--model openai/gpt-…, or make bench MODEL=openai/gpt-…",
    ]


@pytest.mark.parametrize(
    "name", ["0.5", "share", "share=", "share=half", "share=2", "share=-0.1", "share=nan", "shrae=0.3"]
)
def test_a_share_that_is_none_is_wrong_use(name: str) -> None:
    with pytest.raises(ConfigError, match="faulty"):
        create_faulty(name, suite(), seed=1, n=5, prove_wrong=proves, mutants=numbered)


def test_a_problem_that_the_suite_does_not_have_is_named() -> None:
    with pytest.raises(ConfigError, match='reference: the suite has no problem "q"'):
        create_reference("", suite()).complete(Request("q", 0))


def test_the_real_mutants_are_designs_of_their_own() -> None:
    pytest.importorskip("pyslang")
    pytest.importorskip("harness.audit.mutants")
    of = suite(2)
    seen: list[str] = []

    def different(of: Problem, code: str) -> bool:
        seen.append(code)
        return code != of.golden_code

    model = create_faulty("", of, seed=7, n=4, prove_wrong=different, share=0.5)
    right = fenced(of.problems[0].golden_code, "verilog")
    texts = [model.complete(Request("p00", i)).text for i in range(4)]
    assert texts.count(right) == 2
    assert len(seen) == 2 and all("module p00(" in code for code in seen)
