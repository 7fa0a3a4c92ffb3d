"""Which values of the environment are keys, and how they are cut out."""

import pytest

from harness.errors import BackendError, ConfigError, HarnessError
from harness.models.protocol import RetryKind
from harness.models.retry import complete_with_retries
from harness.models.secrets import clean_completion, environment_secrets, without_secrets
from harness.records.completion import Completion, Request
from harness.wording import counted, one_line

KEY = "sk-0123456789abcdef"


@pytest.mark.parametrize(
    "name", ["OPENAI_API_KEY", "HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD", "my_apikey", "KEY", "API_KEYS"]
)
def test_a_variable_named_like_a_key_is_one(name: str) -> None:
    assert environment_secrets({name: f" {KEY}\n"}) == (KEY,)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PATH", KEY),
        ("KEYMAP", KEY),
        ("MONKEY", KEY),
        ("OPENAI_API_KEY", "EMPTY"),
        ("OPENAI_API_KEY", ""),
        ("SSH_KEY", "/etc/ssh/ssh_host_key"),
        ("CI_TOKEN", "module and2(input a);"),
    ],
)
def test_other_variables_short_values_paths_and_texts_are_none(name: str, value: str) -> None:
    assert environment_secrets({name: value}) == ()


def test_the_longest_goes_first_so_that_none_is_left_by_half() -> None:
    found = environment_secrets({"A_KEY": KEY, "B_KEY": f"{KEY}-longer"})
    assert without_secrets(f"{KEY}-longer and {KEY}", found) == "[key] and [key]"


def test_every_text_of_a_reply_is_cleaned_and_a_clean_one_is_left_alone() -> None:
    reply = Completion(KEY, reasoning=KEY, finish_reason=KEY, error=KEY, model=KEY)
    cleaned = clean_completion(reply, (KEY,))
    assert (cleaned.text, cleaned.reasoning, cleaned.finish_reason, cleaned.error, cleaned.model) == ("[key]",) * 5
    clean = Completion("module m; endmodule")
    assert clean_completion(clean, (KEY,)) is clean


class Blabs:
    def complete(self, request: Request) -> Completion:
        raise BackendError(f"{KEY} was refused")

    def retry_kind(self, error: Exception) -> RetryKind:
        return "fatal"

    def close(self) -> None:
        return


def test_an_error_is_kept_without_the_key() -> None:
    reply = complete_with_retries(
        Blabs(),
        Request("p", 0),
        attempts=2,
        sleep=lambda _: None,
        clock=lambda: 0.0,
        random=lambda: 0.0,
        secrets=(KEY,),
    )
    assert reply.error == "[key] was refused"


def test_every_message_is_one_line_that_a_terminal_can_show() -> None:
    assert str(HarnessError("a\n  b\x1b[31m\tc\u2028d")) == "a b·[31m c d"
    assert str(ConfigError("plain")) == "plain"
    assert one_line("") == ""


def test_one_of_a_thing_is_one_of_a_thing() -> None:
    assert [counted(n, "problem") for n in (0, 1, 2, 1000)] == [
        "0 problems",
        "1 problem",
        "2 problems",
        "1,000 problems",
    ]
