// What the answers cost, and, with feedback, what each round brought.

const usd = (value) => {
  if (typeof value !== "number") return "–";
  return `$${value && value < 0.1 ? Number(value.toPrecision(3)) : value.toFixed(2)}`;
};

function moneyCard() {
  const values = (take) => INDEX.samples.map(take).filter((value) => typeof value === "number").sort((a, b) => a - b);
  const rows = [["cost", (s) => s.c, usd], ["prompt tokens", (s) => s.u && s.u[0], figure], ["completion tokens", (s) => s.u && s.u[1], figure],
    ["reasoning tokens", (s) => s.u && s.u[2], figure], ["latency in s", (s) => s.l, figure]]
    .map(([name, take, shown]) => [name, values(take), shown]).filter(([, found]) => found.length);
  if (!rows.length && typeof SUMMARY.cost_usd !== "number") return card("Tokens and cost", "Nothing is known: the answers came without token counts or costs.");
  const at = (found, share) => found[Math.min(found.length - 1, Math.floor(share * found.length))];
  const all = SUMMARY.samples > INDEX.samples.length ? ` Of the ${count(INDEX.samples.length)} samples shown here.` : "";
  return card("Tokens and cost", null, bill(), rows.length ? [el("p", { class: "note under" }, `For each sample${SUMMARY.rounds ? ", all its rounds together" : ""}.${all}`),
    el("div", { class: "scroll" }, el("table", { class: "plain money" },
      el("thead", null, el("tr", null, ["", "total", "median", "95 %", "most", "samples"].map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", null, rows.map(([name, found, shown]) => el("tr", null, el("th", { scope: "row" }, name),
        el("td", null, name.startsWith("latency") ? "–" : shown(found.reduce((a, b) => a + b, 0))), el("td", null, shown(at(found, 0.5))),
        el("td", null, shown(at(found, 0.95))), el("td", null, shown(found.at(-1))), el("td", null, count(found.length)))))))] : null);
}

// Of the whole run, as summary.json has it.
function bill() {
  const parts = [[usd(SUMMARY.cost_usd), "in all"], [usd(typeof SUMMARY.cost_usd === "number" && SUMMARY.samples ? SUMMARY.cost_usd / SUMMARY.samples : null), "a sample"],
    [usd(SUMMARY.cost_per_solved_usd), "a solved problem"]];
  if (typeof SUMMARY.cost_usd !== "number") return el("p", { class: "note" }, "What they cost is not known.");
  const without = SUMMARY.unpriced ? el("p", { class: "flag" }, `${many(SUMMARY.unpriced, "reply").replace("replys", "replies")} of unknown price ${SUMMARY.unpriced === 1 ? "is" : "are"} not in it; a solved problem has no price then.`) : null;
  return [el("dl", { class: "bill" }, parts.map(([value, name]) => el("div", null, el("dt", null, name), el("dd", null, value)))), without];
}

function roundsCard() {
  const rounds = SUMMARY.rounds || [];
  if (!rounds.length) return null;
  const ks = Object.keys((rounds[0].metrics || {})[MAIN_METRIC] || {}).filter((key) => key.startsWith("pass@"));
  const found = (round, key) => (round.metrics[MAIN_METRIC] || {})[key];
  const series = ks.map((key, place) => ({ name: key, place: place + 2, points: rounds.filter((round) => found(round, key)).map((round) => ({
    ...found(round, key), at: rounds.indexOf(round), title: `after round ${round.round}` })) }));
  const table = el("table", { class: "metrics" },
    el("thead", null, el("tr", null, ["after round", "asked", ...ks, "cost by then"].map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", null, rounds.map((round) => el("tr", null, el("th", { scope: "row" }, round.round), el("td", { class: "few" }, count(round.asked)),
      ks.map((key) => el("td", null, metricCell(found(round, key), `${MAIN_METRIC} ${key} after round ${round.round}`))), el("td", { class: "few" }, usd(round.cost_usd))))));
  return card("Feedback rounds", `${spoken(SUMMARY.track)}: ${MAIN_METRIC} of each sample's last answer up to a round, with the 95 % interval. Asked: samples that came to that round.`,
    el("div", { class: "grid loose" }, el("div", { class: "scroll" }, table), el("div", null, seriesKey(series), stepChart(rounds.map((round) => `round ${round.round}`), series, `${MAIN_METRIC} after each round`))));
}
