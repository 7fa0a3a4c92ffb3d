// Values in an order (rounds, checkpoints): each a point with its interval, joined where they follow each other.

const STEPS = { width: 760, height: 270, left: 44, right: 24, top: 16, bottom: 34, gap: 64 };

// Even bounds around what is to be seen, so that small steps are not lost in an axis from 0 to 100.
function axisOf(values) {
  const least = Math.min(...values), most = Math.max(...values);
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25].find((size) => (most - least) / size <= 5) || 0.25;
  const low = Math.max(0, Math.floor(least / step + 1e-9) * step), high = Math.min(1, Math.ceil(most / step - 1e-9) * step);
  const ends = high - low < step ? [Math.max(0, low - step), Math.min(1, high + step)] : [low, high];
  const ticks = Array.from({ length: Math.round((ends[1] - ends[0]) / step) + 1 }, (_, i) => ends[0] + i * step);
  return { low: ends[0], high: ends[1], ticks };
}

// `labels`: one a place; `series`: [{ name, place, points }], a point { at, value, low, high, title, href } at a place.
function stepChart(labels, series, label) {
  const points = series.flatMap((one) => one.points);
  if (!points.length) return null;
  const axis = axisOf(points.flatMap((point) => [point.low, point.high]));
  const box = { ...STEPS, width: Math.max(STEPS.width, STEPS.left + STEPS.right + labels.length * STEPS.gap) };
  const x = (at) => box.left + ((box.width - box.left - box.right) * (at + 0.5)) / labels.length;
  const y = (value) => box.top + ((box.height - box.top - box.bottom) * (axis.high - value)) / (axis.high - axis.low);
  const root = svg("svg", { class: "chart steps-chart", viewBox: `0 0 ${box.width} ${box.height}`, role: "img", "aria-label": label });
  for (const value of axis.ticks) {
    add(root, [svg("line", { class: "grid", x1: box.left, x2: box.width - box.right, y1: y(value), y2: y(value) }),
      svg("text", { class: "tick end", x: box.left - 7, y: y(value) + 4 }, String(Math.round(100 * value)))]);
  }
  const room = Math.max(4, Math.floor((box.width - box.left - box.right) / labels.length / 6.6));
  labels.forEach((text, at) => add(root, [svg("text", { class: "tick middle", x: x(at), y: box.height - 12 },
    text.length > room ? [`…${text.slice(1 - room)}`, svg("title", null, text)] : text)]));
  series.forEach((one, number) => drawSteps(root, one, (at) => x(at) + 9 * (number - (series.length - 1) / 2), y));
  return el("div", { class: "scroll" }, root);
}

function drawSteps(root, { name, place, points }, x, y) {
  const group = svg("g", { class: `series s${place % 6}` });
  add(group, [svg("path", { d: points.map((point, i) => `${i ? "L" : "M"}${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`).join("") })]);
  for (const { at, value, low, high, title, href } of points) {
    const dot = [svg("line", { class: "whisker", x1: x(at), x2: x(at), y1: y(low), y2: y(high) }),
      svg("circle", { cx: x(at), cy: y(value), r: 4 }), svg("title", null, `${name}, ${title}: ${percent(value)} (${bound(low)}–${bound(high)})`)];
    add(group, [href ? svg("a", { href, tabindex: -1 }, dot) : svg("g", null, dot)]);
  }
  root.append(group);
}

const seriesKey = (names) => el("p", { class: "series-key" }, names.map(({ name, place }) => el("span", { class: `s${place % 6}` }, el("i", { "aria-hidden": "true" }), name)));
