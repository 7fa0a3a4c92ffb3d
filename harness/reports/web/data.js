// What the page is made from: the index, and the compressed texts of a problem when somebody looks.

const INDEX = JSON.parse(document.getElementById("index").textContent);
const SUMMARY = INDEX.summary;

// Outcome: letter, and a word for people. Capitals had Verilog to judge, small letters had none.
const LETTERS = {
  pass: "P", mismatch: "M", syntax_error: "S", interface_error: "I", elaboration_error: "E", rejected: "X",
  timeout: "T", resource_limit: "L", tool_crash: "C", no_verdict: "V", not_synthesizable: "H", netlist_mismatch: "N",
  no_code: "n", empty: "e", truncated: "t", context_overflow: "o", refused: "r", content_filter: "f", infra_error: "!",
};
const KNOWN_OUTCOMES = Object.keys(LETTERS);
const letter = (outcome) => LETTERS[outcome] || "?";
const outcomeClass = (outcome) => (LETTERS[outcome] ? `o o-${outcome}` : "o o-unknown");
const byOutcome = (a, b) => KNOWN_OUTCOMES.indexOf(a) - KNOWN_OUTCOMES.indexOf(b);

// Problem: its name, its place, its samples in order, its figures.
const PROBLEMS = INDEX.problems.map((problem, place) => ({
  title: "", category: "", difficulty: "", ...problem, place, samples: [],
  figures: SUMMARY.per_problem[problem.name] || { n: 0, right: {}, metrics: {}, outcomes: {} },
}));
for (const sample of INDEX.samples) PROBLEMS[sample.p].samples.push(sample);
const PLACES = new Map(PROBLEMS.map((problem) => [problem.name, problem]));

const address = (problem, sample) => `#${encodeURIComponent(problem.name)}/${sample.s}`;
const LEVELS = ["easy", "medium", "hard", "expert"];
const METRICS = Object.keys(SUMMARY.metrics);
const MAIN_METRIC = METRICS.includes("function") ? "function" : METRICS[0];

const opened = new Map();
const MOST_OPENED = 24;

// The texts of one problem. Rejects where the browser cannot open them.
function texts(problem) {
  if (!opened.has(problem.place)) {
    if (opened.size >= MOST_OPENED) opened.delete(opened.keys().next().value);
    opened.set(problem.place, unpack(document.getElementById(`block-${problem.place}`).textContent));
  }
  return opened.get(problem.place);
}

async function unpack(text) {
  if (typeof DecompressionStream === "undefined") {
    throw new Error("this browser is too old to open the texts (it has no DecompressionStream)");
  }
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

// The unbiased estimator (Chen et al. 2021): 1 - C(n-c, k) / C(n, k).
function passAt(n, right, k) {
  if (n - right < k) return 1;
  let miss = 1;
  for (let i = n - right + 1; i <= n; i++) miss *= 1 - k / i;
  return 1 - miss;
}

// Mean over the problems that have k samples; null where none has.
function curvePoint(metric, k) {
  const values = PROBLEMS.map((problem) => problem.figures).filter((found) => found.n >= k && metric in found.right)
    .map((found) => passAt(found.n, found.right[metric], k));
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

// It passed, and formal comparison shows that it is wrong.
const isRefuted = (sample) => sample.o === "pass" && sample.t.equivalence === "refuted";

// One cell a sample: its colour and its letter, a link to it.
function strip(problem, current) {
  return el("span", { class: "strip" }, problem.samples.map((sample) => el("a", {
    class: `cell ${outcomeClass(sample.o)}${isRefuted(sample) ? " refuted" : ""}`, href: address(problem, sample),
    "aria-current": sample === current ? "page" : null,
    title: `${problem.name} ${sample.s}: ${spoken(sample.o)}${isRefuted(sample) ? ", but refuted" : ""}${sample.m ? ` – ${sample.m}` : ""}`,
    "aria-label": `${problem.name}, sample ${sample.s}: ${spoken(sample.o)}${isRefuted(sample) ? ", but refuted" : ""}`,
  }, letter(sample.o))));
}

const chip = (outcome, ...more) => el("span", { class: `chip ${outcomeClass(outcome)}` },
  el("b", { "aria-hidden": "true" }, letter(outcome)), spoken(outcome), more);
