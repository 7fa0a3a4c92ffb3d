// The table of problems: sorted, filtered, searched; its state is part of the address, so that it can be sent on.

const BATCH = 60;
const STATES = { all: "all right", some: "some right", none: "none right", faulty: "known to be faulty", refuted: "right, but refuted" };
const filter = { q: "", outcome: "", category: "", difficulty: "", state: "", sort: "suite", down: false };

const rate = (problem, metric) => (problem.figures.n ? (problem.figures.right[metric] || 0) / problem.figures.n : -1);

const COLUMNS = [
  { key: "suite", head: "problem", of: (problem) => problem.place },
  { key: "category", head: "category", of: (problem) => problem.category, less: true },
  { key: "difficulty", head: "difficulty", of: (problem) => LEVELS.indexOf(problem.difficulty), less: true },
  { key: "samples", head: "samples", of: (problem) => problem.samples.length },
  ...METRICS.map((metric) => ({ key: metric, head: metric, of: (problem) => rate(problem, metric), less: metric !== MAIN_METRIC })),
  { key: "area", head: "best area", of: (problem) => problem.figures.area_best ?? Infinity, less: true },
].filter((column) => column.key !== "difficulty" || PROBLEMS.some((problem) => problem.difficulty))
  .filter((column) => column.key !== "category" || PROBLEMS.some((problem) => problem.category))
  .filter((column) => column.key !== "area" || PROBLEMS.some((problem) => problem.figures.area_best));

function stateOf(problem) {
  const right = problem.figures.right[MAIN_METRIC] || 0;
  if (right === 0) return "none";
  return right === problem.figures.n ? "all" : "some";
}

function hasState(problem, state) {
  if (state === "faulty") return Boolean(problem.figures.quarantined);
  return state === "refuted" ? problem.samples.some(isRefuted) : stateOf(problem) === state;
}

function isShown(problem) {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${problem.name} ${problem.title} ${problem.category} ${problem.difficulty}`.toLowerCase();
  return words.every((word) => text.includes(word) || problem.samples.some((sample) => (sample.m || "").toLowerCase().includes(word)))
    && (!filter.outcome || problem.samples.some((sample) => sample.o === filter.outcome))
    && (!filter.category || problem.category === filter.category)
    && (!filter.difficulty || problem.difficulty === filter.difficulty)
    && (!filter.state || hasState(problem, filter.state));
}

function shownProblems() {
  const column = COLUMNS.find((item) => item.key === filter.sort) || COLUMNS[0];
  const order = (a, b) => {
    const [one, other] = [column.of(a), column.of(b)];
    const sign = one < other ? -1 : one > other ? 1 : 0;
    return (filter.down ? -sign : sign) || a.place - b.place;
  };
  return PROBLEMS.filter(isShown).sort(order);
}

// The samples that "previous" and "next" go through: those of the problems shown, of the outcome chosen.
const shownSamples = () => shownProblems().flatMap((problem) => problem.samples
  .filter((sample) => (!filter.outcome || sample.o === filter.outcome) && (filter.state !== "refuted" || isRefuted(sample))).map((sample) => ({ problem, sample })));

function filterAddress() {
  const said = Object.entries(filter).filter(([key, value]) => value && !(key === "sort" && value === "suite"));
  return said.length ? `#?${said.map(([key, value]) => `${key}=${encodeURIComponent(value === true ? 1 : value)}`).join("&")}` : "#";
}

function readFilter(query) {
  Object.assign(filter, { q: "", outcome: "", category: "", difficulty: "", state: "", sort: "suite", down: false });
  for (const part of query.split("&").filter(Boolean)) {
    const [key, value] = part.split("=");
    if (key in filter) filter[key] = key === "down" ? value === "1" : decodePart(value || "");
  }
}

function decodePart(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

function choice(key, label, values) {
  const node = el("select", { "aria-label": label, change: () => { filter[key] = node.value; changed(); } },
    el("option", { value: "" }, label), values.map(([value, text]) => el("option", { value, selected: filter[key] === value }, text)));
  return node;
}

let body, counter, head, sentinel, rest;

function problemTable() {
  const distinct = (key) => [...new Set(PROBLEMS.map((problem) => problem[key]).filter(Boolean))].sort().map((value) => [value, value]);
  const search = el("input", { type: "search", placeholder: "Search problems and messages", "aria-label": "search", value: filter.q,
    input: () => { filter.q = search.value; changed(); } });
  counter = el("span", { class: "counter", role: "status" });
  head = el("tr");
  body = el("tbody");
  sentinel = el("div", { class: "sentinel" });
  new IntersectionObserver((seen) => { if (seen.some((entry) => entry.isIntersecting)) more(); }, { rootMargin: "600px" }).observe(sentinel);
  const section = el("section", { class: "card", id: "problems" }, el("h2", null, "Problems"),
    el("form", { class: "filters", submit: (event) => event.preventDefault() }, search,
      choice("outcome", "any outcome", Object.keys(SUMMARY.outcomes).sort(byOutcome).map((name) => [name, spoken(name)])),
      distinct("category").length ? choice("category", "any category", distinct("category")) : null,
      distinct("difficulty").length ? choice("difficulty", "any difficulty", distinct("difficulty")) : null,
      choice("state", "right or not", Object.entries(STATES).filter(([key]) => (key !== "faulty" || SUMMARY.quarantined) && (key !== "refuted" || INDEX.samples.some(isRefuted)))),
      el("button", { type: "button", class: "quiet", click: () => { readFilter(""); location.hash = "#?"; } }, "reset"), counter),
    el("div", { class: "scroll" }, el("table", { class: "problems" }, el("thead", null, head), body)), sentinel);
  refill();
  return section;
}

function changed() {
  history.replaceState(null, "", filterAddress());
  tableFor = filterAddress();
  refill();
}

function refill() {
  fill(head, COLUMNS.map((column) => el("th", { scope: "col", class: column.less ? "less" : null,
    "aria-sort": filter.sort === column.key ? (filter.down ? "descending" : "ascending") : null },
  el("button", { type: "button", click: () => sortBy(column.key) }, column.head,
    el("span", { class: "arrow", "aria-hidden": "true" }, filter.sort === column.key ? (filter.down ? " ↓" : " ↑") : "")))));
  const shown = shownProblems();
  counter.textContent = `${count(shown.length)} of ${many(PROBLEMS.length, "problem")}`;
  fill(body);
  rest = shown;
  more();
}

function sortBy(key) {
  filter.down = filter.sort === key && !filter.down;
  filter.sort = key;
  changed();
}

function more() {
  if (!rest || !rest.length) return;
  add(body, rest.slice(0, BATCH).map(problemRow));
  rest = rest.slice(BATCH);
}

function problemRow(problem) {
  return el("tr", null, COLUMNS.map(({ key, less }) => {
    const kind = less ? "less" : null;
    if (key === "suite") {
      const first = problem.samples.find((sample) => (filter.state === "refuted" ? isRefuted(sample) : sample.o === filter.outcome)) || problem.samples.find((sample) => sample.o !== "pass") || problem.samples[0];
      return el("th", { scope: "row" }, first ? el("a", { href: address(problem, first) }, problem.name) : problem.name,
        problem.figures.quarantined && el("span", { class: "flag", title: problem.why || "known to be faulty" }, " ⚑"),
        problem.title && el("small", null, problem.title));
    }
    if (key === "samples") return el("td", null, strip(problem));
    if (METRICS.includes(key)) return el("td", { class: `rate ${kind || ""}` }, rightOf(problem, key));
    if (key === "area") return el("td", { class: `rate ${kind || ""}` }, problem.figures.area_best ? `${problem.figures.area_best.toFixed(2)}×` : "–");
    return el("td", { class: kind }, problem[key] || "–");
  }));
}

function rightOf(problem, metric) {
  const { n, right } = problem.figures;
  if (!n) return "–";
  return [`${right[metric] || 0}`, el("small", null, `/${n}`)];
}
