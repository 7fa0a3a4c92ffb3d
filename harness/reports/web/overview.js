// The run as a whole: figures with their intervals, where samples were lost, what it cost, what it was made with.

const STAGE_ORDER = ["extract", "screen", "syntax", "interface", "simulate", "synthesize", "netlist"];
const KNOWN_KEYS = new Set(["schema", "run", "suite", "task", "rules", "track", "model", "n", "problems", "samples",
  "infra_errors", "quarantined", "tampered", "tools", "outcomes", "evidence", "cost_usd", "metrics", "ppa", "categories",
  "difficulties", "per_problem", "defects", "without_quarantine", "official", "usage", "unpriced", "cost_per_solved_usd", "rounds",
  "mixed_versions"]);

function overview() {
  return [hero(), warnings(), el("div", { class: "grid" },
    card("Metrics", "Each figure with its 95 % interval over problems.", metricTable(SUMMARY.metrics), withoutQuarantine()),
    card("pass@k", `Expected share of problems solved with the best of k samples, up to n = ${SUMMARY.n}.`, passCurve()),
    card("Where samples are lost", "Samples that come through each stage; what stopped the others.", funnel()),
    card("Outcomes", "A click shows the problems concerned.", outcomeList(), official())),
  roundsCard(),
  card("Every sample", null, lazily(heatmap)),
  lazily(hardware),
  el("div", { class: "grid loose" }, groupCard("Categories", SUMMARY.categories), groupCard("Difficulties", SUMMARY.difficulties),
    moneyCard(), moreFigures()),
  provenance()];
}

function hero() {
  const [key, best] = Object.entries(SUMMARY.metrics[MAIN_METRIC] || {})[0] || [];
  return el("section", { class: "hero" },
    el("div", { class: "who" }, el("h1", null, SUMMARY.model),
      el("p", null, `${SUMMARY.suite.name} ${SUMMARY.suite.version} · ${SUMMARY.task} · ${SUMMARY.rules} rules · n = ${SUMMARY.n}`),
      el("p", { class: "dim" }, `${many(SUMMARY.problems, "problem")}, ${many(SUMMARY.samples, "sample")}`,
        Object.entries(SUMMARY.evidence || {}).map(([name, size]) => ` · ${count(size)} right by ${name}`),
        ` · sandbox ${INDEX.run.sandbox}`)),
    best && el("div", { class: "headline" }, el("span", { class: "what" }, `${MAIN_METRIC} ${key}`),
      el("span", { class: "value" }, percent(best.value), el("small", null, " %")),
      interval(best, `${MAIN_METRIC} ${key}`),
      el("span", { class: "dim" }, `95 % interval ${bound(best.low)} – ${bound(best.high)}`)));
}

function forged() {
  return Object.values(SUMMARY.per_problem).reduce((sum, problem) => sum + (problem.forged || 0), 0);
}

function warnings() {
  const left = INDEX.left_out, refuted = INDEX.samples.filter(isRefuted).length;
  const lines = [
    SUMMARY.tampered && `Tampered: ${many(forged(), "sample")} said to pass where no design can. No figure of this run can be believed.`,
    SUMMARY.mixed_versions && `Graded in another version than they were asked in: ${Object.entries(SUMMARY.mixed_versions)
      .map(([name, [asked, graded]]) => `${name} ${asked} → ${graded}`).join(", ")}.`,
    SUMMARY.infra_errors && `${many(SUMMARY.infra_errors, "sample")} without a verdict (infra error), outside every figure.`,
    SUMMARY.quarantined && `${many(SUMMARY.quarantined, "problem")} known to be faulty (⚑); figures without them stand below the metrics.`,
    ...(SUMMARY.defects || []).slice(0, 5),
    refuted && el("a", { href: "#?state=refuted" }, `${many(refuted, "sample")} passed, yet ${refuted === 1 ? "is" : "are"} not equal to the golden design: the testbench does not see the difference.`),
    left.samples && `Only the first ${many(INDEX.samples.length, "sample")} are shown one by one; the figures are those of all.`,
    left.suite && `Prompts, Verilog and new waveforms are not here: ${left.suite}`,
    left.waveforms && `${many(left.waveforms, "failing sample")} without a waveform (more: harness report ${SUMMARY.run} --waveforms N).`,
  ].filter(Boolean);
  return lines.length ? el("ul", { class: "warnings" }, lines.map((line) => el("li", null, line))) : null;
}

const columnOrder = (a, b) => a.replace(/\d+/, "").localeCompare(b.replace(/\d+/, "")) || parseInt(a.replace(/\D/g, ""), 10)
  - parseInt(b.replace(/\D/g, ""), 10);

function metricTable(metrics) {
  const keys = [...new Set(Object.values(metrics).flatMap(Object.keys))].sort(columnOrder);
  const most = Math.max(0, ...Object.values(metrics).flatMap((values) => Object.values(values).map((found) => (found && found.left_out) || 0)));
  const table = el("table", { class: "metrics" },
    el("thead", null, el("tr", null, el("th", { scope: "col" }, "metric"), keys.map((key) => el("th", { scope: "col" }, key)))),
    el("tbody", null, Object.entries(metrics).map(([metric, values]) => el("tr", { class: metric === MAIN_METRIC ? "main" : null },
      el("th", { scope: "row" }, spoken(metric)), keys.map((key) => el("td", null, metricCell(values[key], `${metric} ${key}`)))))));
  return [el("div", { class: "scroll" }, table), most ? el("small", null, `* without problems that have too few samples (at most ${most})`) : null];
}

function metricCell(found, label) {
  if (found === undefined || found === null) return el("span", { class: "dim" }, "–");
  if (typeof found !== "object" || !("value" in found)) return figure(found);
  const bounded = "low" in found && "high" in found;
  const note = found.left_out ? `${found.problems} problems; ${found.left_out} with fewer samples left out` : null;
  return [el("span", { class: "number", title: note }, percent(found.value), note && "*"),
    bounded && el("span", { class: "bounds" }, `${bound(found.low)}–${bound(found.high)}`), bounded && interval(found, label)];
}

function withoutQuarantine() {
  const found = SUMMARY.without_quarantine;
  return found && el("details", null, el("summary", null, `Without problems known to be faulty (${found.problems} left)`),
    metricTable(found.metrics));
}

// The stages of the verdict in their order: how many samples came through, and the outcomes that ended there.
function funnel() {
  const judged = INDEX.samples.filter((sample) => sample.o !== "infra_error");
  let left = judged;
  const rows = [["replies", judged.length, {}]];
  for (const stage of STAGE_ORDER) {
    if (stage !== "extract" && !judged.some((sample) => stage in sample.t)) continue;
    const came = left.filter((sample) => sample.t[stage] === "pass" || (!(stage in sample.t) && (stage === "extract" || sample.o === "pass")));
    const lost = {};
    for (const sample of left) if (!came.includes(sample)) lost[sample.o] = (lost[sample.o] || 0) + 1;
    rows.push([stage, came.length, lost]);
    left = came;
  }
  const all = Math.max(1, judged.length);
  return el("div", { class: "funnel" }, rows.map(([stage, size, lost]) => [
    el("span", { class: "stage" }, stage),
    svg("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { class: "track", x: 0, y: 0, width: 100, height: 10 }),
      svg("rect", { class: "came", x: 0, y: 0, width: (100 * size) / all, height: 10 }),
      svg("rect", { class: "lost", x: (100 * size) / all, y: 0, width: (100 * Object.values(lost).reduce((a, b) => a + b, 0)) / all, height: 10 })),
    el("span", { class: "size" }, count(size)),
    el("span", { class: "lost-to" }, Object.entries(lost).sort((a, b) => b[1] - a[1]).map(([name, number]) => `−${number} ${spoken(name)}`).join(", ")),
  ]));
}

function outcomeList() {
  const most = Math.max(1, ...Object.values(SUMMARY.outcomes));
  return el("ul", { class: "outcomes" }, Object.entries(SUMMARY.outcomes).map(([name, size]) => el("li", null,
    el("a", { href: `#?outcome=${name}` }, chip(name)),
    svg("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { class: outcomeClass(name), x: 0, y: 0, width: (100 * size) / most, height: 10 })),
    el("span", { class: "size" }, count(size), el("small", null, ` ${percent(size / Math.max(1, SUMMARY.samples))} %`)))));
}

function official() {
  const found = SUMMARY.official;
  if (!found) return null;
  const rates = Object.entries(found).filter(([, value]) => typeof value === "number");
  return el("div", { class: "official" }, el("h3", null, "By the suite's own rules"),
    el("p", null, rates.map(([name, value]) => `${spoken(name)} ${figure(value)}`).join(" · ")),
    found.codes && el("p", { class: "dim" }, "codes ", Object.entries(found.codes).map(([code, size]) => `${code} ${size}`).join(" · ")));
}

// Scores of each figure with their intervals, then a drawing of the ratios of each.
function hardware() {
  const names = [...new Set(INDEX.samples.flatMap((sample) => Object.keys(sample.r || {})))].sort();
  const table = Object.keys(SUMMARY.ppa || {}).length ? card("Hardware", "Ratios to the golden design, of right samples; below 1 is better. Scores count a wrong sample as 0.", ppaTable(SUMMARY.ppa)) : null;
  const title = (name) => `${name[0].toUpperCase()}${spoken(name).slice(1)} against golden`;
  const varies = (name) => INDEX.samples.some((sample) => Math.abs(((sample.r || {})[name] ?? 1) - 1) >= 0.001);
  const same = names.filter((name) => !varies(name));
  if (table && same.length) add(table, [el("small", null, `Every right sample equals the golden design in ${same.map(spoken).join(", ")}.`)]);
  return [table, ...names.filter(varies).map((name) => card(title(name), "Each dot a right sample; below the line it is better than the golden design.",
    el("div", { class: "scroll" }, ratioScatter(name))))];
}

const PPA_COUNTS = ["given_correct", "best", "coverage", "problems", "undefined", "unmeasured", "left_out", "intervals"];

function ppaTable(ppa) {
  const plain = (figureName, score) => score.replace(`${figureName}_`, "≤ ").replace("@", "×@").replace(/^(\w+)×@/, "$1@");
  const scores = [...new Set(Object.entries(ppa).flatMap(([name, found]) => Object.entries(found)
    .filter(([key, value]) => typeof value === "number" && !PPA_COUNTS.includes(key)).map(([key]) => plain(name, key))))];
  return el("div", { class: "scroll" }, el("table", { class: "metrics" },
    el("thead", null, el("tr", null, ["figure", "given correct", "best", "problems", ...scores].map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", null, Object.entries(ppa).map(([name, found]) => {
      const own = new Map(Object.keys(found).map((key) => [plain(name, key), key]));
      const without = [found.undefined && `${found.undefined} without a golden figure`, found.unmeasured && `${found.unmeasured} samples not measured`].filter(Boolean).join("; ");
      return el("tr", null, el("th", { scope: "row" }, spoken(name)), el("td", null, ratio(found.given_correct)), el("td", null, ratio(found.best)),
        el("td", { title: without || null }, "coverage" in found ? `${found.coverage} of ${found.problems}` : "–", without && "*"),
        scores.map((score) => el("td", null, ppaScore(found, own.get(score), score))));
    }))));
}

const ratio = (value) => (typeof value === "number" ? value.toFixed(2) : "–");

// Shares of problems in per cent, efficiencies (which can be above 1) as they are.
function ppaScore(found, key, label) {
  if (!key || typeof found[key] !== "number") return el("span", { class: "dim" }, "–");
  const bounds = (found.intervals || {})[key];
  if (label.startsWith("≤") && bounds) return metricCell({ value: found[key], low: bounds[0], high: bounds[1] }, label);
  return [el("span", { class: "number" }, ratio(found[key])), bounds && el("span", { class: "bounds" }, bounds.map(ratio).join("–"))];
}

function groupCard(title, groups) {
  if (!groups || !Object.keys(groups).length) return null;
  const filter = title === "Categories" ? "category" : "difficulty";
  return card(title, `${MAIN_METRIC} pass@1, and the outcomes of all samples.`, el("div", { class: "scroll" }, el("table", { class: "groups" },
    el("tbody", null, Object.entries(groups).sort(([a], [b]) => LEVELS.indexOf(a) - LEVELS.indexOf(b)).map(([name, group]) => {
      const found = (group.metrics[MAIN_METRIC] || {})["pass@1"];
      return el("tr", null, el("th", { scope: "row" }, el("a", { href: `#?${filter}=${encodeURIComponent(name)}` }, name),
        el("small", null, ` ${many(group.problems, "problem")}`)),
      el("td", null, metricCell(found, `${name} ${MAIN_METRIC}`)), el("td", { class: "wide" }, stacked(group.outcomes, group.samples)));
    })))));
}

// What a later version of the summary says and this page does not know: shown as it stands.
function moreFigures() {
  const rest = Object.entries(SUMMARY).filter(([key, value]) => !KNOWN_KEYS.has(key) && value !== null
    && (typeof value !== "object" || Object.keys(value).length));
  return rest.length ? card("Further figures", null, el("dl", { class: "facts" }, rest.map(([key, value]) => facts(key, value)))) : null;
}

// A name and what is said of it, whatever its shape.
function facts(key, value) {
  if (value === null || typeof value !== "object") return [el("dt", null, spoken(key)), el("dd", null, figure(value))];
  if (!Object.keys(value).length) return null;
  if (Array.isArray(value) && value.every((row) => !isScalar(row))) return [el("dt", null, spoken(key)), el("dd", null, factTable(value))];
  if (Array.isArray(value)) return [el("dt", null, spoken(key)), el("dd", null, value.map(figure).join(", "))];
  if ("value" in value && "low" in value) return [el("dt", null, spoken(key)), el("dd", null, metricCell(value, key))];
  if (isTable(value)) return [el("dt", null, spoken(key)), el("dd", null, factTable(value))];
  return [el("dt", null, spoken(key)), el("dd", null, el("dl", { class: "facts" }, Object.entries(value).slice(0, 60)
    .map(([name, item]) => facts(name, item))))];
}

const isScalar = (value) => value === null || typeof value !== "object";
const isTable = (value) => Object.keys(value).length > 1 && Object.values(value).every((row) => !isScalar(row) && Object.values(row).every(isScalar));

// Rows by name, or a list of them; one that names a sample leads to it.
function factTable(rows) {
  const list = Array.isArray(rows);
  const keys = [...new Set(Object.values(rows).flatMap(Object.keys))].filter((key) => !list || !["problem", "sample"].includes(key));
  const head = (name, row) => {
    const problem = list && PLACES.get(row.problem), sample = problem && problem.samples.find((item) => item.s === row.sample);
    return sample ? el("a", { href: address(problem, sample) }, `${row.problem} ${row.sample}`) : list ? row.problem || "" : name;
  };
  return el("div", { class: "scroll" }, el("table", { class: "plain" }, el("thead", null, el("tr", null, ["", ...keys].map((key) => el("th", { scope: "col" }, spoken(key))))),
    el("tbody", null, Object.entries(rows).slice(0, 100).map(([name, row]) => el("tr", null, el("th", { scope: "row" }, head(name, row)),
      keys.map((key) => el("td", null, key in row ? figure(row[key]) : "–")))))));
}

function provenance() {
  const { suite, params_requested: asked, params_sent: sent, ...rest } = INDEX.run;
  const some = (values) => Object.fromEntries(Object.entries(values || {}).filter(([, value]) => value !== null && value !== ""));
  const faulty = PROBLEMS.filter((problem) => problem.why);
  return el("details", { class: "card provenance" }, el("summary", null, el("h2", null, "What this was made with")),
    el("dl", { class: "facts" }, facts("suite", suite), facts("parameters requested", some(asked)), facts("parameters sent", some(sent)),
      Object.entries(some(rest)).filter(([key]) => !["schema", "model"].includes(key)).map(([key, value]) => facts(key, value))),
    faulty.length ? [el("h3", null, "Quarantined problems"), el("dl", { class: "facts" }, faulty.map((problem) => facts(problem.name, problem.why)))] : null);
}
