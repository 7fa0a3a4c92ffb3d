// What pages about several runs share: their data, signed differences with their intervals, verdicts.

const INDEX = JSON.parse(document.getElementById("index").textContent);
const FOUND = INDEX.found;
const NAMES = Object.keys(FOUND.runs);
const KEY = `${FOUND.metric} pass@${FOUND.k}`;

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(100 * value).toFixed(1)}`;
const chance = (p) => (p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`);
const rate = ([right, n]) => (n ? right / n : 0);

function verdict(pair) {
  if (!pair.different) return "No difference is shown: chance alone does as much.";
  return pair.difference.value > 0 ? "Better, beyond chance." : "Worse, beyond chance.";
}

// A difference with its interval on a line with nought in the middle.
function differenceLine(pair, most) {
  const { value, low, high } = pair.difference;
  const x = (points) => 100 + (96 * points) / most;
  return svg("svg", { class: "difference", viewBox: "0 0 200 16", preserveAspectRatio: "none", role: "img",
    "aria-label": `difference ${signed(value)} points, 95 % interval ${signed(low)} to ${signed(high)}` },
  svg("rect", { class: "track", x: 0, y: 7, width: 200, height: 2 }),
  svg("rect", { class: "range", x: x(low), y: 4, width: Math.max(0.8, x(high) - x(low)), height: 8 }),
  svg("rect", { class: "nought", x: 99.7, y: 0, width: 0.6, height: 16 }),
  svg("rect", { class: "point", x: x(value) - 0.6, y: 1, width: 1.2, height: 14 }));
}

function thresholdLine() {
  const limit = FOUND.threshold;
  if (!limit) return null;
  const last = FOUND.trend ? FOUND.trend.whole : FOUND.comparisons.at(-1);
  const text = limit.worse ? `is worse than ${last.first} by more than ${many(limit.points, "point")}, ${limit.beyond_chance ? "beyond chance" : "though chance alone may do that"}` : `is not worse than ${last.first} by more than ${many(limit.points, "point")}`;
  return el("p", { class: limit.worse ? "flag" : null }, `${last.second} ${text}.`);
}
