// Small figures in SVG: an interval, a curve, a scatter. Each has its numbers as text beside it or as a title.

// A value between 0 and 1 with its interval, on a bar.
function interval(found, label) {
  const x = (value) => (100 * Math.min(1, Math.max(0, value))).toFixed(2);
  return svg("svg", { class: "interval", viewBox: "0 0 100 10", preserveAspectRatio: "none", role: "img",
    "aria-label": `${label}: ${percent(found.value)} %, 95 % interval ${bound(found.low)} to ${bound(found.high)}` },
  svg("rect", { class: "track", x: 0, y: 4, width: 100, height: 2 }),
  svg("rect", { class: "range", x: x(found.low), y: 2, width: Math.max(0.6, x(found.high) - x(found.low)), height: 6 }),
  svg("rect", { class: "point", x: Math.min(99, Math.max(0, x(found.value) - 0.5)), y: 0, width: 1, height: 10 }));
}

const CURVE = { width: 460, height: 230, left: 38, right: 96, top: 12, bottom: 30 };

// pass@k over k from 1 to n for every metric; whiskers where the summary states an interval.
function passCurve() {
  const n = SUMMARY.n;
  const ks = [...new Set(Array.from({ length: 24 }, (_, i) => Math.max(1, Math.round(1 + (i * (n - 1)) / 23))))];
  const box = CURVE;
  const x = (k) => box.left + ((box.width - box.left - box.right) * (n > 1 ? (k - 1) / (n - 1) : 0.5));
  const y = (value) => box.height - box.bottom - (box.height - box.top - box.bottom) * value;
  const root = svg("svg", { class: "chart", viewBox: `0 0 ${box.width} ${box.height}`, role: "img",
    "aria-label": "pass@k against k; the table of metrics has the figures" });
  for (const value of [0, 0.25, 0.5, 0.75, 1]) {
    add(root, [svg("line", { class: "grid", x1: box.left, x2: box.width - box.right, y1: y(value), y2: y(value) }),
      svg("text", { class: "tick end", x: box.left - 7, y: y(value) + 4 }, `${100 * value}`)]);
  }
  for (const k of ks.filter((k) => n <= 10 || [1, 5, 10, 20, 50, 100].includes(k) || k === n)) {
    add(root, [svg("text", { class: "tick middle", x: x(k), y: box.height - 11 }, `${k}`)]);
  }
  add(root, [svg("text", { class: "tick", x: box.width - box.right + 12, y: box.height - 11 }, "k")]);
  const ends = [];
  METRICS.forEach((metric, place) => {
    const points = ks.map((k) => [k, curvePoint(metric, k)]).filter(([, value]) => value !== null);
    if (!points.length) return;
    const group = svg("g", { class: `series s${place % 6}` });
    for (const [key, found] of Object.entries(SUMMARY.metrics[metric])) {
      const k = /^pass@(\d+)$/.exec(key);
      if (k && metric === MAIN_METRIC) {
        add(group, [svg("line", { class: "whisker", x1: x(k[1]), x2: x(k[1]), y1: y(found.low), y2: y(found.high) })]);
      }
      if (k) {
        add(group, [svg("circle", { cx: x(k[1]), cy: y(found.value), r: 3.5 },
          svg("title", null, `${metric} ${key}: ${percent(found.value)} (${bound(found.low)}–${bound(found.high)})`))]);
      }
    }
    const path = points.map(([k, value], i) => `${i ? "L" : "M"}${x(k).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    add(group, [svg("path", { d: path })]);
    root.append(group);
    ends.push({ metric, place, value: points.at(-1)[1], at: y(points.at(-1)[1]) });
  });
  nameLines(root, ends, box.width - box.right + 12, 13);
  return root;
}

// Names at the ends of lines, pushed apart where they would lie on each other.
function nameLines(root, ends, x, gap) {
  ends.sort((a, b) => a.at - b.at || a.place - b.place);
  ends.forEach((end, i) => { if (i) end.at = Math.max(end.at, ends[i - 1].at + gap); });
  const over = ends.length ? Math.max(0, ends.at(-1).at - (CURVE.height - CURVE.bottom)) : 0;
  for (const end of ends) {
    add(root, [svg("text", { class: `series-name s${end.place % 6}`, x, y: end.at - over + 4 }, end.metric)]);
  }
}

const SCATTER = { width: 1180, height: 230, flat: 120, left: 52, right: 74, top: 14, bottom: 26 };

// One dot a right sample: problems in the order of their best ratio, ratio to the golden design on a log scale.
function ratioScatter(name) {
  const columns = PROBLEMS.map((problem) => ({
    problem, dots: problem.samples.filter((sample) => sample.r && sample.r[name] > 0),
  })).filter((column) => column.dots.length);
  for (const column of columns) column.best = Math.min(...column.dots.map((sample) => sample.r[name]));
  columns.sort((a, b) => a.best - b.best || a.problem.place - b.problem.place);
  const values = columns.flatMap((column) => column.dots.map((sample) => sample.r[name]));
  const low = Math.min(0.8, ...values) / 1.05, high = Math.max(1.25, ...values) * 1.05;
  const box = { ...SCATTER, height: high / low > 2 ? SCATTER.height : SCATTER.flat };
  const x = (place) => box.left + ((box.width - box.left - box.right) * (place + 0.5)) / columns.length;
  const y = (value) => box.top + (box.height - box.top - box.bottom) * (Math.log(high / value) / Math.log(high / low));
  const root = svg("svg", { class: "chart scatter", viewBox: `0 0 ${box.width} ${box.height}`, role: "img",
    "aria-label": `${name} of right samples over the golden design's` });
  for (const tick of [0.1, 0.2, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 50, 100].filter((t) => t >= low && t <= high)) {
    add(root, [svg("line", { class: tick === 1 ? "golden" : "grid", x1: box.left, x2: box.width - box.right, y1: y(tick),
      y2: y(tick) }), svg("text", { class: "tick end", x: box.left - 8, y: y(tick) + 4 }, `${tick}×`)]);
  }
  add(root, [svg("text", { class: "golden-name", x: box.width - box.right + 8, y: y(1) + 4 }, "golden")]);
  columns.forEach(({ problem, dots }, place) => dots.forEach((sample) => {
    const value = sample.r[name];
    const kind = value > 1.001 ? "worse" : value < 0.999 ? "better" : "same";
    add(root, [svg("a", { href: address(problem, sample), tabindex: -1 },
      svg("circle", { class: kind, cx: x(place).toFixed(1), cy: y(value).toFixed(1), r: 3.4 },
        svg("title", null, `${problem.name} ${sample.s}: ${figure(value)}× golden ${name}`)))]);
  }));
  add(root, [svg("text", { class: "tick", x: box.left, y: box.height - 6 },
    `${many(columns.length, "problem")}, in the order of the best ratio`)]);
  return root;
}

// Parts of a whole side by side, as wide as they are large.
function stacked(outcomes, total) {
  const parts = Object.entries(outcomes).sort(([a], [b]) => byOutcome(a, b));
  let at = 0;
  return svg("svg", { class: "stacked", viewBox: "0 0 100 10", preserveAspectRatio: "none", role: "img",
    "aria-label": parts.map(([name, size]) => `${spoken(name)} ${size}`).join(", ") },
  parts.map(([name, size]) => {
    const width = (100 * size) / Math.max(1, total);
    at += width;
    return svg("rect", { class: outcomeClass(name), x: (at - width).toFixed(3), y: 0, width: width.toFixed(3), height: 10 },
      svg("title", null, `${spoken(name)}: ${size} of ${total}`));
  }));
}
