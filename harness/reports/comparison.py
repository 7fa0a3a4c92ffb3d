"""What ``harness compare`` shows: one block for each run that is held against the first. At most 100 columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.reports import page
from harness.reports.plain import WIDTH, clip


def render(found: Mapping[str, Any]) -> str:
    """The text of a comparison."""
    metric = f"{found['metric']} pass@{found['k']}"
    head = f"{found['suite']['name']} {found['suite']['version']} · {found['task']} · {found['rules']} rules"
    blocks = [[clip(head, WIDTH)]]
    blocks += [_pair(pair, metric, found["runs"]) for pair in found["comparisons"]]
    if "threshold" in found:
        blocks.append([threshold_line(found["threshold"], found["comparisons"][-1])])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def signed(value: float) -> str:
    """In points."""
    return f"{100 * value:+.1f}".replace("-", "−")


def p_value(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def _pair(pair: Mapping[str, Any], metric: str, runs: Mapping[str, Any]) -> list[str]:
    first, second = (100 * value for value in pair["values"])
    change = pair["difference"]
    span = f"95 %: {signed(change['low'])} … {signed(change['high'])}"
    p, how = (p_value(pair["p_holm"]), "Holm") if "p_holm" in pair else (p_value(pair["p"]), "paired")
    figures = f"  {metric}   {first:.1f} → {second:.1f}   {signed(change['value'])} ({span})"
    test = f"   {p} ({how}, {pair['problems']} problems)"
    lines = [clip(f"{pair['first']} → {pair['second']}", WIDTH)]
    lines += [figures + test] if len(figures + test) <= WIDTH else [figures, test]
    if not pair["different"]:
        lines.append("  no difference is shown: chance alone does as much")
    lines += _sides(pair["sides"])
    if "area" in pair:
        before, after = pair["area"]["values"]
        lines.append(f"  area/golden (both right, {pair['area']['problems']} problems)  {before:.2f} → {after:.2f}")
    return [*lines, *_size(pair, {runs[pair[side]]["n"] for side in ("first", "second")})]


def _sides(sides: Mapping[str, Any]) -> list[str]:
    """Problems that are solved (more than half of the samples right) in one run only; names up to the width."""
    gained, lost = sides["gained"], sides["lost"]
    lines = [f"  gained {_counted(gained)}, lost {len(lost)}   McNemar {p_value(sides['mcnemar_p'])}"]
    lines += [
        clip(f"  {word}: {', '.join(names)}", WIDTH) for word, names in (("gained", gained), ("lost", lost)) if names
    ]
    return lines


def _counted(names: Sequence[str]) -> str:
    return f"{len(names)} problem{'' if len(names) == 1 else 's'}"


def _size(pair: Mapping[str, Any], counts: set[int]) -> list[str]:
    n = " and ".join(f"n={count}" for count in sorted(counts))
    lines = [
        f"  {pair['problems']} problems with {n} show a true difference of {100 * pair['detectable']:.1f} points"
        " in four of five comparisons"
    ]
    if "wish" not in pair:
        return lines
    wish = pair["wish"]
    ways = [f"{wish['problems']:,} problems like these"]
    if "n" in wish:
        ways.append("no n on these" if wish["n"] is None else f"n={wish['n']:,} on these")
    return [*lines, f"  for {100 * wish['difference']:.1f} points it takes: {', or '.join(ways)}"]


def threshold_line(threshold: Mapping[str, Any], last: Mapping[str, Any]) -> str:
    points = "1 point" if threshold["points"] == 1 else f"{threshold['points']:g} points"
    verb = "is worse than" if threshold["worse"] else "is not worse than"
    rest = f"by more than {points}"
    if threshold["worse"]:
        rest += ", beyond chance" if threshold["beyond_chance"] else ", though chance alone may do that"
    room = max(len(last[side]) for side in ("first", "second"))
    room = min(room, (WIDTH - len(verb) - len(rest) - 3) // 2)
    return f"{clip(last['second'], room)} {verb} {clip(last['first'], room)} {rest}"


def to_page(index: Mapping[str, Any]) -> str:
    """``index``: ``found`` (the document of a comparison), ``counts``, ``runs`` and ``harness_version``."""
    names = " → ".join(index["runs"])
    kind = page.TREND if "trend" in index["found"] else page.COMPARISON
    return page.render(f"{names} · harness", "comparison", index, [], kind)
