"""Faults of a reduced netlist: what Yosys is asked, and what of its list is used, in which order."""

import pytest

from harness.process.job import Job
from harness.tools.yosys_mutate import BASE, BASE_VERILOG, LIST, Mutation, list_job, parse_list, write_job

OWN = r"mutate -mode inv -module m -cell $add$candidate.sv:7$1 -port Y -portbit 3 -wire sum -wirebit 3 -src candidate.sv:7.12-7.20"
GIVEN = "mutate -mode const0 -module m -cell $and$given.v:2$4 -port A -portbit 0 -src given.v:2.3-2.9"
BOTH = "mutate -mode cnot1 -module m -cell $x -port B -portbit 1 -ctrlbit 0 -src given.v:2.3-2.9 -src candidate.sv:11.1-11.4"
NOWHERE = "mutate -mode const1 -module m -cell $procdff$9 -port D -portbit 0"
TEXT = "\n".join((OWN, GIVEN, "", "# no mutation", BOTH, NOWHERE)) + "\n"


def test_a_mutation_has_its_mode_its_line_and_its_place() -> None:
    found = {mutation.command: mutation for mutation in parse_list(TEXT, ("candidate.sv",), 1)}
    assert found[OWN] == Mutation(OWN, "inv", 7, r"cell $add$candidate.sv:7$1 port Y portbit 3 wire sum wirebit 3")
    assert (found[BOTH].mode, found[BOTH].line) == ("cnot1", 11)
    assert found[BOTH].place == "cell $x port B portbit 1 ctrlbit 0"
    assert (found[NOWHERE].mode, found[NOWHERE].line) == ("const1", 0)


def test_cells_of_given_sources_and_lines_that_are_no_mutation_are_left_out() -> None:
    assert {mutation.command for mutation in parse_list(TEXT, ("candidate.sv",), 1)} == {OWN, BOTH, NOWHERE}
    assert {mutation.command for mutation in parse_list(TEXT, ("given.v",), 1)} == {GIVEN, BOTH, NOWHERE}
    assert parse_list("", ("candidate.sv",), 1) == []


def test_the_seed_alone_decides_the_order() -> None:
    text = "".join(f"mutate -mode inv -cell $c{i} -port A -portbit 0\n" for i in range(30))
    first = parse_list(text, (), 1)
    assert parse_list(text, (), 1) == first
    assert parse_list(text, (), 2) != first
    assert sorted(parse_list(text, (), 2), key=str) == sorted(first, key=str)


def script_of(job: Job) -> str:
    return " ".join([*job.files.values(), *(str(dict(step.args)) for step in job.steps)])


@pytest.mark.parametrize(
    ("started", "passed"), [(False, "setundef -zero -params"), (True, "setundef -zero -init -params")]
)
def test_the_netlist_is_reduced_before_its_faults_are_listed(started: bool, passed: str) -> None:
    job = list_job({"candidate.sv": "module m; endmodule"}, "m", {"WIDTH": 4}, 10, 7, started=started)
    said = script_of(job)
    assert set(job.fetch) == {BASE, LIST, BASE_VERILOG}
    assert passed in said
    assert f"mutate -list 40 -seed 7 -o {LIST}" in said
    assert said.index("wreduce") < said.index("mutate -list")
    assert "WIDTH" in said


def test_each_mutation_starts_from_the_base_and_is_written_by_its_number() -> None:
    job = write_job("the base", [Mutation(OWN, "inv", 7, ""), Mutation(NOWHERE, "const1", 0, "")])
    said = script_of(job)
    assert job.files[BASE] == "the base"
    assert job.fetch == ("0.v", "1.v")
    assert said.count(f"read_rtlil {BASE}") == said.count("design -reset") == 2
    assert said.index("0.v") < said.index("$procdff$9") < said.rindex("1.v")
