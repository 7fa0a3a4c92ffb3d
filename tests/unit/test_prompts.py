"""From a problem to messages: templates, worked examples, the module header, the digest."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import ConfigError
from harness.prompts.extract import extract
from harness.prompts.header import module_header
from harness.prompts.render import build_messages, prompt_digest, prompt_text, styles
from harness.prompts.shots import examples
from harness.records.completion import Message
from harness.records.outcome import Task
from harness.records.problem import Port, Problem, SourceFile
from harness.records.problem import Testbench as Bench

CORE = Path(__file__).parents[2] / "problems" / "core"
GOLDEN = "// module blend(input secret);\nmodule blend #(parameter W = 4) (input wire [W-1:0] a, b, output reg signed [2*W:0] y, inout z);\n  // SECRET\nendmodule\n"

HARDWARE = (Task.SPEC_TO_RTL, Task.CODE_COMPLETION)
"""The tasks whose answers are modules."""


def problem(**changes: object) -> Problem:
    plain = Problem(
        name="blend",
        title="Blend",
        category="combinational",
        difficulty="easy",
        top="blend",
        language="verilog",
        spec="Write a module `blend` with <b> & {{ braces }}.",
        golden=(SourceFile("golden.v", GOLDEN),),
        given=(),
        tasks=(Task.SPEC_TO_RTL, Task.CODE_COMPLETION),
        ports=(
            Port("a", "input", 4),
            Port("b", "input", 4),
            Port("y", "output", 9, signed=True),
            Port("z", "inout", 1),
        ),
        testbench=Bench("verilog", (SourceFile("tb.v", "SECRET"),), 1, 1),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("task", HARDWARE)
def test_the_default_style_asks_with_specification_and_name(task: Task) -> None:
    system, user = build_messages(problem(), task)
    assert (system.role, user.role) == ("system", "user")
    assert problem().spec in user.text
    assert "`blend`" in user.text
    assert "compiled in" not in user.text
    assert "SECRET" not in system.text + user.text
    assert not user.text.startswith("\n") and not user.text.endswith("\n") and "\n\n\n" not in user.text


@pytest.mark.parametrize("task", HARDWARE)
def test_given_sources_are_shown_and_must_not_be_repeated(task: Task) -> None:
    given = (SourceFile("part.v", "module part;\nendmodule\n"), SourceFile("more.v", "module more;\nendmodule\n"))
    text = build_messages(problem(given=given), task)[-1].text
    assert all(source.name in text and source.text.strip() in text for source in given)
    assert "do not repeat" in text
    assert "compiled in" in text
    assert "\n\n\n" not in text


def test_code_completion_shows_the_header_once() -> None:
    asked = problem()
    header = module_header(asked).strip()
    assert build_messages(asked, Task.CODE_COMPLETION)[-1].text.count(header) == 1
    assert header not in build_messages(asked, Task.SPEC_TO_RTL)[-1].text
    published = "module TopModule (\n  input a\n);"
    asked = problem(header=published + "\n", spec=f"Invert.\n\n{published}\n")
    assert build_messages(asked, Task.CODE_COMPLETION)[-1].text.count(published) == 1


def test_header_lists_ports_in_order_without_a_range_for_one_bit() -> None:
    assert module_header(problem()) == (
        "module blend (\n"
        "    input               [3:0] a,\n"
        "    input               [3:0] b,\n"
        "    output logic signed [8:0] y,\n"
        "    inout wire                z\n"
        ");\n"
    )


def test_header_keeps_widths_in_terms_of_the_parameters() -> None:
    header = module_header(problem(parameters={"W": 4}))
    assert header.startswith("module blend #(\n    parameter W = 4\n) (\n")
    assert "[W-1:0] a,\n" in header
    assert "[W-1:0] b,\n" in header
    assert "output logic signed [2*W:0] y,\n" in header


def test_header_falls_back_to_resolved_widths_where_the_golden_design_does_not_tell() -> None:
    header = module_header(problem(parameters={"OTHER": 4}))
    assert "[3:0] a,\n" in header
    odd = (SourceFile("golden.v", "module blend(a, b, y, z);\n  parameter W = 4;\n  input [W-1:0] a;\nendmodule\n"),)
    assert "[3:0] a,\n" in module_header(problem(parameters={"W": 4}, golden=odd))


def test_a_published_header_is_taken_as_it_is() -> None:
    assert module_header(problem(header="module x(\n);")) == "module x(\n);"


def test_nothing_to_complete_without_ports_and_header() -> None:
    asked = problem(ports=(), origin="suite/blend.txt")
    with pytest.raises(ConfigError, match=r"suite/blend\.txt"):
        build_messages(asked, Task.CODE_COMPLETION)
    assert build_messages(asked, Task.SPEC_TO_RTL)


@pytest.mark.parametrize("task", HARDWARE)
def test_worked_examples_are_earlier_turns_in_a_fixed_order(task: Task) -> None:
    four = build_messages(problem(), task, shots=4)
    assert [message.role for message in four] == ["system", *["user", "assistant"] * 4, "user"]
    assert four[-1] == build_messages(problem(), task)[-1]
    assert build_messages(problem(), task, shots=2)[:-1] == four[:5]
    given = (SourceFile("part.v", "module part;\nendmodule\n"),)
    assert "part.v" not in build_messages(problem(given=given), task, shots=1)[1].text


@pytest.mark.parametrize("shots", [-1, 5])
def test_more_examples_than_there_are_is_wrong_use(shots: int) -> None:
    with pytest.raises(ConfigError, match="0 to 4"):
        build_messages(problem(), Task.SPEC_TO_RTL, shots=shots)


@pytest.mark.parametrize("task", HARDWARE)
def test_examples_are_read_back_by_the_extractor(task: Task) -> None:
    messages = build_messages(problem(), task, shots=4)
    for example, answer in zip(examples(task), messages[2:-1:2], strict=True):
        header = example.header if task is Task.CODE_COMPLETION else ""
        found = extract(answer.text, example.top, header=header)
        assert found.outcome is None
        assert found.code.count(f"module {example.top}") == 1
        assert found.code.strip().startswith(example.header.strip())
        assert example.answer.strip() in found.code


def test_both_tasks_show_the_same_designs() -> None:
    for whole, rest in zip(examples(Task.SPEC_TO_RTL), examples(Task.CODE_COMPLETION), strict=True):
        assert (whole.top, whole.spec, whole.header) == (rest.top, rest.spec, rest.header)
        assert whole.answer == whole.header + rest.answer


def test_no_example_is_a_problem_of_the_core_suite() -> None:
    names = {folder.name for folder in CORE.iterdir() if folder.is_dir()}
    assert len(names) >= 20
    assert not names & {example.top for example in examples(Task.SPEC_TO_RTL)}


@pytest.mark.tools
@pytest.mark.skipif(shutil.which("iverilog") is None, reason="needs Icarus Verilog")
def test_example_answers_and_derived_headers_compile(tmp_path: Path) -> None:
    sources = [example.header + example.answer for example in examples(Task.CODE_COMPLETION)]
    for body in ("assign y = a;", "always @* y = a;", "assign y[8:4] = 0; always @* y[3:0] = b;"):
        sources.append(module_header(problem(parameters={"W": 4})) + body + "\nendmodule\n")
    for source in sources:
        path = tmp_path / "source with space.sv"
        path.write_text(source, encoding="utf-8")
        argv = ["iverilog", "-g2012", "-Wall", "-o", str(tmp_path / "out"), str(path)]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert "error" not in done.stderr


def own(folder: Path, text: str, name: str = "mine.j2") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_users_own_template_has_the_documented_variables(tmp_path: Path) -> None:
    names = "task top title category language spec header"
    text = "\n".join(f"{name}={{{{ {name} }}}}" for name in names.split())
    text += (
        "{% for port in ports %} {{ port.name }}:{{ port.direction }}:{{ port.width }}:{{ port.signed }}{% endfor %}"
    )
    text += "{% for name, value in parameters.items() %} {{ name }}={{ value }}{% endfor %}"
    text += "{% for source in given %} {{ source.name }}:{{ source.text }}{% endfor %}"
    asked = problem(parameters={"W": 4}, given=(SourceFile("part.v", "module part;"),))
    (user,) = build_messages(asked, Task.SPEC_TO_RTL, style=own(tmp_path, text))
    for part in ("task=spec-to-rtl", "top=blend", "title=Blend", "y:output:9:True", "W=4", "part.v:module part;"):
        assert part in user.text
    assert asked.spec in user.text


def test_a_system_template_beside_the_users_own_is_used(tmp_path: Path) -> None:
    own(tmp_path, "Be {{ language }}.", "system.j2")
    system, user = build_messages(problem(), Task.SPEC_TO_RTL, style=own(tmp_path, "{{ top }}\n"))
    assert (system.text, user.text) == ("Be verilog.", "blend")


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a\nb {{ golden }}\n", 2, "golden"),
        ("a\n\n{{ ports[0].depth }}\n", 3, "depth"),
        ("{% if top %}\n{{ top }\n{% endif %}", 2, "}"),
        ("{% if top %}\n", 1, "if"),
        ("\n\n{{ 1 // 0 }}", 3, "ZeroDivisionError"),
        ("\n{{ top | shout }}", 2, "shout"),
    ],
)
def test_a_broken_template_names_file_line_and_cause(tmp_path: Path, text: str, line: int, word: str) -> None:
    path = own(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        build_messages(problem(), Task.SPEC_TO_RTL, style=path)
    assert str(caught.value).startswith(f"{Path(path).resolve()}:{line}: ")
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["{% include 'nowhere.j2' %}", "{{ spec.__class__.__mro__ }}", "{{ ports.append(1) }}"]
)
def test_a_template_reaches_nothing_beyond_its_variables(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"mine\.j2"):
        build_messages(problem(), Task.SPEC_TO_RTL, style=own(tmp_path, text))


def test_a_template_that_is_no_text_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "bytes.j2").write_bytes(b"\xff\xfe{{ top }}")
    with pytest.raises(ConfigError, match=r"bytes\.j2"):
        build_messages(problem(), Task.SPEC_TO_RTL, style=str(tmp_path / "bytes.j2"))


@pytest.mark.parametrize("style", ["unknown", "../default", "", "nowhere.j2"])
def test_an_unknown_style_is_wrong_use(style: str) -> None:
    with pytest.raises(ConfigError, match="--style"):
        build_messages(problem(), Task.SPEC_TO_RTL, style=style)
    assert "default" in styles()


def test_a_style_of_ones_own_may_be_any_file_or_a_folder_with_a_template_a_task(tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("Do {{ top }}.\n{{ nothing }}")
    with pytest.raises(ConfigError, match=r"plain\.txt:2: 'nothing' is undefined \(variables: task, top,"):
        build_messages(problem(), Task.SPEC_TO_RTL, style=str(tmp_path / "plain.txt"))
    own(tmp_path, "Go on with {{ top }}.", "code-completion.j2")
    (user,) = build_messages(problem(), Task.CODE_COMPLETION, style=str(tmp_path))
    assert user.text == "Go on with blend."
    with pytest.raises(ConfigError, match=r"no template for the task spec-to-rtl \(spec-to-rtl\.j2\)"):
        build_messages(problem(), Task.SPEC_TO_RTL, style=str(tmp_path))


def test_an_empty_prompt_is_no_prompt(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"mine\.j2: makes an empty prompt of problem blend"):
        build_messages(problem(), Task.SPEC_TO_RTL, style=own(tmp_path, "{% if title == 'x' %}a{% endif %}\n"))


@pytest.mark.parametrize("task", HARDWARE)
@pytest.mark.parametrize("shots", range(5))
def test_each_number_of_examples_goes_with_a_style_of_ones_own(tmp_path: Path, task: Task, shots: int) -> None:
    messages = build_messages(problem(), task, style=own(tmp_path, "{{ top }} {{ header }}"), shots=shots)
    assert [message.role for message in messages] == ["user", "assistant"] * shots + ["user"]
    assert [message.text.split()[0] for message in messages[::2]] == [
        *(example.top for example in examples(task)[:shots]),
        "blend",
    ]


def test_a_task_without_examples_says_so_and_a_misspelt_style_is_guessed() -> None:
    with pytest.raises(ConfigError, match="--shots 1: the task line-completion has no worked examples"):
        build_messages(problem(), Task.LINE_COMPLETION, shots=1)
    with pytest.raises(ConfigError, match='Did you mean "official"'):
        build_messages(problem(), Task.SPEC_TO_RTL, style="oficial")


def test_a_base_model_gets_one_text_that_ends_where_the_answer_begins() -> None:
    messages = build_messages(problem(), Task.SPEC_TO_RTL, shots=1)
    text = prompt_text(messages)
    assert text.count("Question:\n") == 2
    assert text.count("Answer:\n") == 2
    assert text.endswith("\n\nAnswer:\n")
    assert all(message.text in text for message in messages)


def test_the_digest_depends_on_every_word_and_not_on_the_order_of_problems() -> None:
    hello, world = (Message.of("user", "hello"),), (Message.of("user", "world"),)
    digest = prompt_digest({"a": hello, "b": world})
    assert digest.startswith("sha256:")
    assert digest == prompt_digest({"b": world, "a": hello})
    others: list[dict[str, tuple[Message, ...]]] = [
        {"a": world, "b": hello},
        {"a": hello},
        {"a": hello, "c": world},
        {"a": (Message.of("system", "hello"),), "b": world},
        {"a": (*hello, *world), "b": ()},
        {},
    ]
    assert len({prompt_digest(other) for other in others} | {digest}) == 7
