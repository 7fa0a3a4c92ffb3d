"""A design's text before anything reads it: no comments, plain white space, the same line numbers."""

import pytest

from harness.tools.plain_text import plain


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("a // b\nc", "a \nc"),
        ("a /* b\n c */ d", "a  \n d"),
        ("a /* /* */ b", "a   b"),
        ("/*/ a /*/ b", "  b"),
        ('"// a" "/* b */"', '"// a" "/* b */"'),
        ('"\\"// a"', '"\\"// a"'),
        ("\\a//b c", "\\a//b c"),
        ("\\a/*b c // d", "\\a/*b c "),
        ("a // b \\\nc", "a \nc"),
        ("`define A 1 // one \\\n + 2 /* two */", "`define A 1  \\\n + 2  "),
        ("`default_nettype wire /*\na\n// */ b", "`default_nettype wire  \n\n b"),
        ("\ufeffa\r\nb\rc\vd\fe", "a\nb\nc d e"),
        ("// synopsys  translate_off\na", "// synopsys translate_off\na"),
        ("/* synthesis translate_on */", "/* synthesis translate_on */"),
        ("case (a) // synopsys full_case parallel_case\n", "case (a) \n"),
        ("a /* never closed", "a /* never closed"),
        ("", ""),
    ],
)
def test_comments_go_and_lines_stay(code: str, text: str) -> None:
    assert plain(code) == (text, [])
    assert plain(text) == (text, [])


def test_names_that_are_system_tasks_for_icarus_are_refused_with_their_line() -> None:
    assert plain("a\n\\$finish ;")[1] == [("the escaped name \\$finish", 2)]
    assert [line for _, line in plain("\n`define A \\$finish ;")[1]] == [2]
    assert plain("// \\$finish")[1] == []
    assert plain('"\\$finish"')[1] == []


def test_strings_in_triple_quotes_are_refused() -> None:
    assert plain('a = """b""";')[1][0] == ("a string in triple quotes", 1)
    assert plain('a = "" + "b";')[1] == []
