"""What replies cost, in the table, and what they would, in a dry run."""

from collections.abc import Mapping
from typing import Any

from harness.wording import counted, dollars


def cost_lines(summary: Mapping[str, Any]) -> list[str]:
    """Nothing where neither tokens nor prices are known."""
    usage, cost = summary.get("usage"), summary.get("cost_usd")
    if not usage and cost is None:
        return []
    parts = ["not known" if cost is None else dollars(cost)]
    if usage:
        thought = f", {usage['reasoning_tokens']:,} of them thoughts" if usage.get("reasoning_tokens") else ""
        parts.append(f"{usage['prompt_tokens']:,} tokens in, {usage['completion_tokens']:,} out{thought}")
    each = summary.get("cost_per_solved_usd")
    if each is not None:
        parts.append(f"{dollars(each)} a solved problem")
    if cost is not None and summary.get("unpriced"):
        parts.append(f"without {counted(summary['unpriced'], 'sample')} of unknown cost")
    return [f"  {'cost':<13}{' · '.join(parts)}"]


def render_dry_run(found: Mapping[str, Any]) -> str:
    """Every prompt, and below them what sending them would cost."""
    lines = []
    for name, messages in found["prompts"].items():
        for message in messages:
            lines += [f"== {name} · {message['role']}", message["content"], ""]
    there = [f"{found['here']:,} here already"] if found["here"] else []
    there += [f"{found['cached']:,} in the cache"] if found["cached"] else []
    there = [f"{found['requests']:,}", *there, f"{found['to_send']:,} to send"]
    lines.append(f"requests  {', '.join(there)}")
    lines.append(f"tokens    about {found['prompt_tokens']:,} in, {found['completion_tokens']:,} out without thoughts")
    lines.append(f"cost      {_estimate(found)}")
    if found["price"] is not None:
        lines.append(f"          {_dated(found['price'])}")
    lines.append("nothing was sent")
    return "\n".join(lines)


def _estimate(found: Mapping[str, Any]) -> str:
    if found["cost_usd"] is None:
        return "not known: the price table has no such model (docs/long-runs.md)"
    price = found["price"]
    at = f"{dollars(price['input'])} in, {dollars(price['output'])} out for a million tokens"
    most = "" if found["most_usd"] is None else f", at most {dollars(found['most_usd'])} with --max-tokens"
    return f"about {dollars(found['cost_usd'])}{most} ({at})"


def _dated(price: Mapping[str, Any]) -> str:
    late = "; older than six months" if price["old"] else ""
    source = f" ({price['source']})" if price["source"] else ""
    return f"prices as of {price['as_of']}{late}{source}"
