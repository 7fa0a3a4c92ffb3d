// The checkpoints of one model: a point each with its interval, the steps between them, and every problem's way.

const TREND = FOUND.trend;
const POINTS = TREND.points;
const MAIN = `pass@${FOUND.k}`;
const MODELS = [...new Set(NAMES.map((name) => FOUND.runs[name].model))];

const chosen = { q: "", way: "", sort: "suite" };
const WAYS = { learned: "learned: solved at the end, not at first", lost: "lost: solved at first, not at the end", unsteady: "changed sides more than once",
  always: "always solved", never: "never solved" };

// Names without what all of them begin with, up to a hyphen or the like.
const SHORT = (() => {
  let shared = NAMES[0].length;
  for (const name of NAMES) while (!name.startsWith(NAMES[0].slice(0, shared))) shared -= 1;
  const cut = Math.max(...["-", "_", ".", "/", " "].map((mark) => NAMES[0].slice(0, shared).lastIndexOf(mark))) + 1;
  return NAMES.map((name) => name.slice(cut) || name);
})();

const figureAt = (point, metric, key) => (point.metrics[metric] || {})[key];
const reportOf = (name, problem) => INDEX.runs[name].report && `${INDEX.runs[name].report}${problem === undefined ? "" : `#${encodeURIComponent(problem)}`}`;

function seriesOf(name, place, take) {
  const points = POINTS.map((point, at) => ({ at, title: point.run, href: reportOf(point.run), ...take(point) })).filter((point) => typeof point.value === "number");
  return { name, place, points };
}

function chartCard() {
  const keys = [...new Set(["pass@1", MAIN])];
  const series = keys.map((key, place) => seriesOf(`${FOUND.metric} ${key}`, place + 2, (point) => figureAt(point, FOUND.metric, key)));
  return card("Trend", "Each checkpoint over all its problems, with the 95 % interval. The axis shows what there is to see, not 0 to 100.",
    seriesKey(series), stepChart(SHORT, series, `${KEY} of each checkpoint; the table has the figures`));
}

function metricsCard() {
  const metrics = [...new Set(POINTS.flatMap((point) => Object.keys(point.metrics)))].filter((metric) => metric !== FOUND.metric);
  const series = metrics.map((metric, place) => seriesOf(`${metric} ${MAIN}`, place === 2 ? 5 : place, (point) => figureAt(point, metric, MAIN)));
  return metrics.length ? card("The other metrics", null, seriesKey(series), stepChart(SHORT, series, "the other metrics of each checkpoint")) : null;
}

function checkpointTable() {
  const has = { date: POINTS.some((point) => point.date), area: POINTS.some((point) => point.area), cost: POINTS.some((point) => typeof point.cost_usd === "number") };
  const most = Math.max(0.01, ...FOUND.comparisons.flatMap((pair) => [Math.abs(pair.difference.low), Math.abs(pair.difference.high)]));
  const heads = ["checkpoint", `${KEY}, %`, "step from the one before, points", has.date && "date", has.area && "area / golden", has.cost && "cost"].filter(Boolean);
  return card("Checkpoints", "A step is paired by problem; p is corrected for the number of steps (Holm).", el("div", { class: "scroll" }, el("table", { class: "runs trend" },
    el("thead", null, el("tr", null, heads.map((head, place) => el("th", { scope: "col", class: place > 2 ? "less" : null }, head)))),
    el("tbody", null, POINTS.map((point, place) => {
      const found = figureAt(point, FOUND.metric, MAIN), name = reportOf(point.run) ? el("a", { href: reportOf(point.run) }, point.run) : point.run;
      return el("tr", null, el("th", { scope: "row" }, name, MODELS.length > 1 && el("small", null, ` ${FOUND.runs[point.run].model}`)),
        el("td", { class: "score" }, found ? [el("span", { class: "number" }, percent(found.value)), el("span", { class: "bounds" }, `${bound(found.low)}–${bound(found.high)}`), interval(found, point.run)] : "–"),
        el("td", { class: "change" }, place ? stepCell(FOUND.comparisons[place - 1], most) : el("span", { class: "dim" }, "–")),
        has.date && el("td", { class: "less" }, point.date || "–"), has.area && el("td", { class: "less" }, point.area ? point.area.toFixed(2) : "–"),
        has.cost && el("td", { class: "less" }, typeof point.cost_usd === "number" ? `$${point.cost_usd.toFixed(2)}` : "–"));
    })))));
}

function stepCell(pair, most) {
  const p = pair.p_holm === undefined ? pair.p : pair.p_holm;
  return [el("span", { class: pair.different ? "number" : null }, signed(pair.difference.value)), el("span", { class: "bounds" }, `${signed(pair.difference.low)} … ${signed(pair.difference.high)}`),
    differenceLine(pair, most), el("small", null, `${chance(p)}${pair.different ? ", beyond chance" : ""} · ${pair.sides.gained.length} gained, ${pair.sides.lost.length} lost`)];
}

// Every problem's way through the checkpoints.

const solved = (counts) => Boolean(counts) && 2 * counts[0] > counts[1];

function wayOf(problem) {
  const states = INDEX.counts[problem].filter((counts) => counts && counts[1]).map(solved);
  if (!states.length) return "";
  const turns = states.slice(1).filter((state, i) => state !== states[i]).length;
  if (!turns) return states[0] ? "always" : "never";
  if (turns > 1) return "unsteady";
  return states[0] ? "lost" : "learned";
}

const ORDERS = { suite: ["in the suite's order", () => 0], change: ["largest change first", (name) => -Math.abs(changeOf(name))], last: ["worst at the end first", (name) => rate(lastOf(name) || [0, 0])] };
const lastOf = (name) => INDEX.counts[name].filter(Boolean).at(-1);
const changeOf = (name) => rate(lastOf(name) || [0, 0]) - rate(INDEX.counts[name].find(Boolean) || [0, 0]);

function shownProblems() {
  const words = chosen.q.toLowerCase().split(/\s+/).filter(Boolean);
  const [, order] = ORDERS[chosen.sort];
  return Object.keys(INDEX.counts).map((name, place) => [name, place]).filter(([name]) => words.every((word) => name.toLowerCase().includes(word)) && (!chosen.way || wayOf(name) === chosen.way))
    .sort(([a, x], [b, y]) => order(a) - order(b) || x - y).map(([name]) => name);
}

function cellOf(name, place) {
  const counts = INDEX.counts[name][place], run = NAMES[place];
  if (!counts || !counts[1]) return el("td", null, el("span", { class: "cell shade none", title: `${run}: no verdict` }, "–"));
  const said = { class: `cell shade shade-${counts[0] ? Math.max(1, Math.floor(4 * rate(counts))) : 0}`, title: `${name}, ${run}: ${counts[0]} of ${counts[1]} right`, "aria-label": `${run}: ${counts[0]} of ${counts[1]} right` };
  return el("td", null, reportOf(run) ? el("a", { ...said, href: reportOf(run, name) }, String(counts[0])) : el("span", said, String(counts[0])));
}

function problemsCard() {
  const body = el("tbody"), counter = el("span", { class: "counter", role: "status" });
  const refill = () => {
    const shown = shownProblems();
    counter.textContent = `${count(shown.length)} of ${many(Object.keys(INDEX.counts).length, "problem")}`;
    fill(body, shown.map((name) => el("tr", null, el("th", { scope: "row" }, name), NAMES.map((_, place) => cellOf(name, place)))));
  };
  const search = el("input", { type: "search", placeholder: "Search problems", "aria-label": "search", input: () => { chosen.q = search.value; refill(); } });
  const choice = (key, label, values) => {
    const node = el("select", { "aria-label": label, change: () => { chosen[key] = node.value; refill(); } }, values.map(([value, text]) => el("option", { value }, text)));
    return node;
  };
  refill();
  return el("section", { class: "card", id: "problems" }, el("h2", null, "Every problem"),
    el("p", { class: "note" }, "Right samples at each checkpoint, the darker the more of them; a problem is solved where more than half are right."),
    el("form", { class: "filters", submit: (event) => event.preventDefault() }, search,
      choice("way", "which way", [["", "all problems"], ...Object.entries(WAYS)]), choice("sort", "order", Object.entries(ORDERS).map(([key, [text]]) => [key, text])), counter),
    el("div", { class: "scroll" }, el("table", { class: "ways" }, el("thead", null, el("tr", null, el("th", { scope: "col" }, "problem"), NAMES.map((name, place) => el("th", { scope: "col", title: name }, el("span", null, SHORT[place]))))), body)));
}

function show() {
  const whole = TREND.whole, most = Math.max(0.01, Math.abs(whole.difference.low), Math.abs(whole.difference.high));
  fill(document.getElementById("main"), el("div", { class: "overview" },
    el("section", { class: "hero" }, el("div", { class: "who" }, el("h1", null, MODELS.length === 1 ? MODELS[0] : `${NAMES[0]} → ${NAMES.at(-1)}`),
      el("p", null, `${many(NAMES.length, "checkpoint")} · ${FOUND.suite.name} ${FOUND.suite.version} · ${FOUND.task} · ${FOUND.rules} rules · ${KEY}`),
      el("p", { class: "dim" }, `${whole.first} → ${whole.second}: ${percent(whole.values[0])} → ${percent(whole.values[1])}, ${chance(whole.p)}, ${whole.sides.gained.length} gained, ${whole.sides.lost.length} lost`), thresholdLine()),
    el("div", { class: "headline" }, el("span", { class: "what" }, "from first to last"), el("span", { class: "value" }, signed(whole.difference.value), el("small", null, " points")),
      el("span", { class: "dim" }, `95 %: ${signed(whole.difference.low)} … ${signed(whole.difference.high)}`), differenceLine(whole, most), el("span", { class: "verdict" }, verdict(whole)))),
    FOUND.warnings.length ? el("ul", { class: "warnings" }, FOUND.warnings.map((line) => el("li", null, line))) : null,
    el("div", { class: "grid loose" }, chartCard(), metricsCard()), checkpointTable(), problemsCard()));
}

fill(document.getElementById("top"), el("a", { class: "brand", href: "#" }, "harness"), el("span", { class: "run-name" }, "trend"));
fill(document.getElementById("foot"), `harness ${INDEX.harness_version} · steps are paired by problem`);
show();
document.documentElement.dataset.ready = "1";
