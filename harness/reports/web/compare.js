// The comparison of runs: each against the first, with its interval; the problems that moved, with the way to their samples.

const MOST_MOVED = 50;

function runsCard() {
  return card("The runs", `${KEY} of each over all its problems, with the 95 % interval; the comparison below is paired by problem.`,
    el("div", { class: "scroll" }, el("table", { class: "runs" },
      el("thead", null, el("tr", null, ["run", "model", `${KEY}, %`, "n", "date"].map((head, place) => el("th", { scope: "col", class: place > 2 ? "less" : null }, head)))),
      el("tbody", null, NAMES.map((name) => {
        const own = INDEX.runs[name];
        return el("tr", null, el("th", { scope: "row" }, own.report ? el("a", { href: own.report }, name) : name), el("td", { class: "model" }, FOUND.runs[name].model),
          el("td", { class: "score" }, own.figure ? [el("span", { class: "number" }, percent(own.figure.value)), el("span", { class: "bounds" }, `${bound(own.figure.low)}–${bound(own.figure.high)}`), interval(own.figure, name)] : "–"),
          el("td", { class: "less" }, count(FOUND.runs[name].n)), el("td", { class: "less" }, own.date || "–"));
      })))));
}

function sizeLine(pair) {
  const lines = [`${many(pair.problems, "problem")} like these show a true difference of ${percent(pair.detectable)} points in four of five comparisons.`];
  if (pair.wish) {
    const samples = !("n" in pair.wish) ? "" : pair.wish.n === null ? ", and no number of samples is enough on these" : `, or n = ${count(pair.wish.n)} on these`;
    lines.push(`For ${percent(pair.wish.difference)} points it takes ${many(pair.wish.problems, "problem")} like these${samples}.`);
  }
  return lines.map((line) => el("p", { class: "note" }, line));
}

function pairCard(pair, most) {
  const [first, second] = pair.values;
  const p = pair.p_holm === undefined ? pair.p : pair.p_holm;
  const facts = { "sign-flip test": `${chance(p)}${pair.p_holm === undefined ? "" : " (Holm)"}${pair.exact ? ", exact" : ""}`,
    problems: `${count(pair.problems)}${pair.left_out ? `, ${count(pair.left_out)} left out` : ""}`,
    "McNemar, problems solved": `${pair.sides.gained.length} gained, ${pair.sides.lost.length} lost, ${chance(pair.sides.mcnemar_p)}` };
  if (pair.area) facts["area over golden, both right"] = `${pair.area.values[0].toFixed(2)} → ${pair.area.values[1].toFixed(2)} (${many(pair.area.problems, "problem")})`;
  return el("section", { class: "card pair" }, el("h2", null, `${pair.first} → ${pair.second}`),
    el("div", { class: "step" },
      el("div", { class: "headline" }, el("span", { class: "what" }, `${KEY}: ${percent(first)} → ${percent(second)}`),
        el("span", { class: "value" }, signed(pair.difference.value), el("small", null, " points")),
        el("span", { class: "bounds" }, `95 %: ${signed(pair.difference.low)} … ${signed(pair.difference.high)}`),
        differenceLine(pair, most), el("span", { class: "verdict" }, verdict(pair))),
      el("dl", { class: "facts" }, Object.entries(facts).map(([name, value]) => [el("dt", null, name), el("dd", null, value)]))),
    sizeLine(pair), sides(pair));
}

// One problem's way from one run to the other; both ends lead to the samples.
function moved(pair, names) {
  const at = [NAMES.indexOf(pair.first), NAMES.indexOf(pair.second)];
  const sample = (run, name, [right, n]) => {
    const report = INDEX.runs[run].report;
    const text = `${right} of ${n}`;
    return report ? el("a", { href: `${report}#${encodeURIComponent(name)}`, title: `${name} in ${run}` }, text) : text;
  };
  return el("div", { class: "scroll" }, el("table", { class: "moved" },
    el("thead", null, el("tr", null, ["problem", pair.first, pair.second].map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", null, names.map((name) => el("tr", null, el("th", { scope: "row" }, name),
      at.map((place, side) => el("td", null, sample(side ? pair.second : pair.first, name, INDEX.counts[name][place]))))))));
}

function sides(pair) {
  const { gained, lost } = pair.sides;
  const at = [NAMES.indexOf(pair.first), NAMES.indexOf(pair.second)];
  const step = (name) => rate(INDEX.counts[name][at[1]]) - rate(INDEX.counts[name][at[0]]);
  const both = Object.keys(INDEX.counts).filter((name) => at.every((place) => INDEX.counts[name][place] && INDEX.counts[name][place][1]));
  const taken = new Set([...gained, ...lost]);
  const rest = both.filter((name) => step(name) && !taken.has(name)).sort((a, b) => Math.abs(step(b)) - Math.abs(step(a)) || (a < b ? -1 : 1));
  const list = (title, names) => el("div", null, el("h3", null, `${title} (${names.length})`), names.length ? moved(pair, names) : el("p", { class: "dim" }, "none"));
  return [el("div", { class: "grid loose" }, list("Gained: solved now, more than half of the samples right", gained), list("Lost: solved no longer", lost)),
    rest.length ? el("details", null, el("summary", null, `${many(rest.length, "problem")} moved without changing sides`), moved(pair, rest.slice(0, MOST_MOVED)),
      rest.length > MOST_MOVED ? el("p", { class: "dim" }, `and ${rest.length - MOST_MOVED} more`) : null) : null];
}

function show() {
  const most = Math.max(0.01, ...FOUND.comparisons.flatMap((pair) => [Math.abs(pair.difference.low), Math.abs(pair.difference.high)]));
  fill(document.getElementById("main"), el("div", { class: "overview" },
    el("section", { class: "hero lead" }, el("h1", null, NAMES.length === 2 ? `${NAMES[0]} → ${NAMES[1]}` : `${many(NAMES.length - 1, "run")} against ${NAMES[0]}`),
      el("p", { class: "dim" }, `${FOUND.suite.name} ${FOUND.suite.version} · ${FOUND.task} · ${FOUND.rules} rules · ${KEY}`), thresholdLine()),
    FOUND.warnings.length ? el("ul", { class: "warnings" }, FOUND.warnings.map((line) => el("li", null, line))) : null,
    runsCard(), FOUND.comparisons.map((pair) => pairCard(pair, most))));
}

fill(document.getElementById("top"), el("a", { class: "brand", href: "#" }, "harness"), el("span", { class: "run-name" }, "comparison"));
fill(document.getElementById("foot"), `harness ${INDEX.harness_version} · paired by problem; a problem is solved where more than half of its samples are right`);
show();
document.documentElement.dataset.ready = "1";
