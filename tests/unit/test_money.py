"""Prices, the limit of a run's cost, what a solved problem costs."""

from datetime import date
from pathlib import Path

import pytest

from harness.analysis.money import Bill, money_section, total_cost
from harness.errors import ConfigError
from harness.models.prices import TABLE, Price, describe_prices, load_prices, own_file
from harness.records.completion import Answer, Completion, Usage
from harness.reports.money import cost_lines, render_dry_run
from harness.runs.asker import priced
from harness.runs.spending import Spending
from harness.wording import dollars

PRICE = Price(models=("m",), input=2, output=10, batch=0.5, as_of="2026-01")
OWN = '[[price]]\nmodels = ["openai/gpt-4o", "vllm/*"]\ninput = 0\noutput = 1\nas_of = "2026-11"\n'


def test_a_price_is_for_a_million_tokens_and_a_batch_costs_its_share() -> None:
    assert PRICE.of(1_000_000, 100_000) == 3.0
    assert PRICE.of(1_000_000, 100_000, batch=True) == 1.5
    assert PRICE.of_usage(Usage(500, None)) is None
    assert PRICE.of_usage(Usage(500, 1000, 900)) == pytest.approx(0.011), "thoughts are part of the completion"


def test_names_are_found_with_a_date_behind_them_and_no_others(tmp_path: Path) -> None:
    prices = load_prices({"HOME": str(tmp_path)})
    plain = prices.of("openai/gpt-4o")
    assert plain is not None
    assert prices.of("openai/gpt-4o-2024-11-20") == plain
    assert prices.of("openai/gpt-4o-latest") == plain
    mini = prices.of("openai/gpt-4o-mini-2024-07-18")
    assert mini is not None and mini.input < plain.input
    sonnet = prices.of("anthropic/claude-sonnet-4-5-20250929")
    assert sonnet is not None and sonnet.output == 15
    assert prices.of("openai/gpt-4o-audio") is None
    assert prices.of("openrouter/openai/gpt-4o") is None


def test_the_table_names_no_model_twice_and_dates_every_price() -> None:
    entries = load_prices({"HOME": "/nowhere"}).entries
    names = [name for entry in entries for name in entry.models]
    assert len(names) == len(set(names))
    assert all(entry.source and entry.source.startswith("https://") for entry in entries)
    assert TABLE.is_file()


def test_a_price_is_old_after_six_months() -> None:
    month, day = PRICE, PRICE.model_copy(update={"as_of": "2025-08-31"})
    assert [month.is_old(date(2026, 7, 1)), month.is_old(date(2026, 7, 2))] == [False, True]
    assert [day.is_old(date(2026, 2, 28)), day.is_old(date(2026, 3, 1))] == [False, True]
    assert not month.is_old(date(2025, 1, 1))


def test_the_ages_of_all_prices_are_told_together(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(OWN.replace("2026-11", "2024-01-31"))
    said = describe_prices(date(2024, 8, 1), {"HARNESS_PRICES": str(path)})
    assert "as of 2024-01-31 to 20" in said and "; 2 older than six months. " in said
    assert said.endswith(str(path))
    assert "older" not in describe_prices(date(2024, 7, 31), {"HARNESS_PRICES": str(path)})


def test_a_dry_run_says_how_old_the_price_is_and_where_it_stands() -> None:
    price = {"input": 1, "output": 2, "as_of": "2026-05", "old": True, "source": "https://prices.example"}
    tokens = {"prompt_tokens": 1, "completion_tokens": 1, "cost_usd": 1.0, "most_usd": None}
    found = {"prompts": {}, "here": 0, "cached": 0, "requests": 1, "to_send": 1, **tokens, "price": price}
    assert "prices as of 2026-05; older than six months (https://prices.example)\n" in render_dry_run(found)
    said = render_dry_run({**found, "price": {**price, "old": False, "source": None}})
    assert "prices as of 2026-05\n" in said
    assert "cost      not known: " in render_dry_run({**found, "price": None, "cost_usd": None})


def test_a_cost_that_nobody_knows_is_said_to_be_unknown() -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 2}
    assert cost_lines({"usage": usage, "cost_usd": None}) == ["  cost         not known · 10 tokens in, 2 out"]
    assert cost_lines({"cost_usd": None}) == []


def test_the_users_own_file_goes_first(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path)}
    own_file(environment).parent.mkdir(parents=True)
    own_file(environment).write_text(OWN)
    found = load_prices(environment).of("openai/gpt-4o")
    assert found is not None and (found.input, found.output) == (0, 1)
    assert load_prices(environment).of("vllm/any/thing") == found
    assert load_prices(environment).of("openai/gpt-4o-mini") is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OWN.replace("output", "outptu"), "outptu"),
        (OWN.replace("= 1", "= -1"), "price.0.output"),
        (OWN.replace("[[price]]", "[[price"), "cannot be read"),
        (OWN.replace('as_of = "2026-11"', ""), "as_of"),
        (OWN.replace("2026-11", "May"), "as_of.*such as"),
    ],
)
def test_a_wrong_price_file_is_one_line_that_names_it(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said) as error:
        load_prices({"HARNESS_PRICES": str(path)})
    assert str(path) in str(error.value)
    with pytest.raises(ConfigError, match="is not there"):
        load_prices({"HARNESS_PRICES": str(tmp_path / "other.toml")})


def test_what_the_server_charged_counts_before_the_table() -> None:
    reply = Completion("x", usage=Usage(1000, 100))
    assert priced(reply, PRICE).cost_usd == 0.003
    assert priced(Completion("x", usage=Usage(1000, 100), cost_usd=0.5), PRICE).cost_usd == 0.5
    assert priced(reply, None).cost_usd is None
    assert priced(Completion("", error="no"), PRICE).cost_usd is None


def reply(cost: float | None, cached: bool = False) -> Completion:
    return Completion("x", cost_usd=cost, cached=cached)


def test_a_limit_counts_what_is_under_way_by_what_replies_cost_so_far() -> None:
    spending = Spending(limit=1.0, guess=0.3)
    assert spending.allows(2) and not spending.allows(3)
    spending.add(reply(0.1))
    assert spending.allows(8) and not spending.allows(9)
    assert spending.describe(9) == "$0.10 of ~$1.00"


def test_without_a_guess_the_first_request_is_sent_alone() -> None:
    spending = Spending(limit=1.0)
    assert spending.allows(0) and not spending.allows(1)
    spending.add(reply(0.5))
    assert spending.allows(0) and not spending.allows(1)


def test_a_limit_on_what_nobody_can_price_is_wrong_use() -> None:
    spending = Spending(limit=1.0)
    spending.add(reply(None))
    with pytest.raises(ConfigError, match="--max-cost: what a reply of m costs is not known"):
        spending.check("m")
    free = Spending()
    free.add(reply(None))
    free.check("m")
    assert free.allows(10_000) and free.describe(3) == ""


def test_replies_from_the_cache_and_those_that_never_came_cost_nothing() -> None:
    spending = Spending(limit=1.0)
    spending.add(reply(0.5, cached=True))
    spending.add(Completion("", error="lost"))
    assert (spending.spent, spending.unpriced, spending.known) == (0.0, 0, False)


def bills(*costs: float | None) -> dict[tuple[str, int, int], Bill]:
    answers = [Answer("p", n, Completion("x", usage=Usage(100, 10, 4), cost_usd=c), n) for n, c in enumerate(costs)]
    return {answer.key: Bill.of(answer) for answer in answers}


def test_the_summary_divides_by_solved_problems_and_only_where_all_is_known() -> None:
    found = money_section(bills(0.5, 0.25), solved=3)
    assert found["cost_usd"] == 0.75
    assert found["usage"] == {"prompt_tokens": 200, "completion_tokens": 20, "reasoning_tokens": 8}
    assert found["cost_per_solved_usd"] == 0.25
    assert "cost_per_solved_usd" not in money_section(bills(0.5), solved=0)
    partly = money_section(bills(0.5, None), solved=1)
    assert (partly["unpriced"], "cost_per_solved_usd" in partly) == (1, False)
    assert money_section({}, 1) == {"cost_usd": None}
    assert total_cost(bills(0.5, 0.25, 1.0), last_round=1) == 0.75


def test_small_sums_keep_two_telling_digits() -> None:
    assert [dollars(amount) for amount in (0, 0.000123, 0.05, 0.126, 1234.5)] == [
        "$0.00", "$0.00012", "$0.05", "$0.13", "$1,234.50",
    ]  # fmt: skip
