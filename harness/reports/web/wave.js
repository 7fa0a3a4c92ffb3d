// The cycles around the first failed check: inputs, outputs as expected and as given, differences shaded. The cursor
// (pointer, arrow keys) shows every value at its time.

const LANE = 26, TOP = 24, SLOT = 46, MARGIN = 14;
const BESIDE = 330, WIDEST = 3200;

const valueAt = (changes, time) => {
  let found = null;
  for (const [when, value] of changes) { if (when > time) break; found = value; }
  return found;
};

const isWrong = (expected, actual) => expected !== null && actual !== null && (expected.length !== actual.length
  || [...expected].some((bit, i) => (bit === "0" || bit === "1") && bit !== actual[i]));

function lanesOf(wave) {
  const lanes = [];
  const order = (signal) => (signal.name === wave.clock ? 0 : signal.direction === "input" ? 1 : 2);
  for (const signal of [...wave.signals].sort((a, b) => order(a) - order(b))) {
    const wrong = signal.expected ? differences(wave, signal) : [];
    if (signal.expected) lanes.push({ signal, changes: signal.expected, kind: "expected", wrong });
    lanes.push({ signal, changes: signal.actual, kind: signal.expected ? "actual" : "input", wrong });
  }
  return lanes;
}

// Spans of time in which a defined bit of the expected value is another one.
function differences(wave, signal) {
  const times = [...new Set([wave.start, ...signal.expected, ...signal.actual].map((change) => (Array.isArray(change) ? change[0] : change)))].sort((a, b) => a - b);
  const spans = [];
  times.forEach((time, i) => {
    const end = times[i + 1] ?? wave.end;
    if (!isWrong(valueAt(signal.expected, time), valueAt(signal.actual, time))) return;
    if (spans.length && spans.at(-1)[1] === time) spans.at(-1)[1] = end; else spans.push([time, end]);
  });
  return spans;
}

// Where cycles begin: the clock's edges, else changes of the inputs; of a counterexample each frame is one.
function cycles(wave) {
  if (wave.frames) return Array.from({ length: wave.end - wave.start }, (_, i) => wave.start + i);
  const clock = wave.signals.find((signal) => signal.name === wave.clock);
  if (clock) return clock.actual.filter(([, value], i) => i && value === (wave.edge === "negedge" ? "0" : "1")).map(([time]) => time);
  const inputs = wave.signals.filter((signal) => signal.direction === "input");
  return [...new Set(inputs.flatMap((signal) => signal.actual.slice(1).map(([time]) => time)))].sort((a, b) => a - b);
}

// In the unit in which the testbench's messages speak.
function timeWords(wave, ticks) {
  if (wave.frames) return `${wave.frames} ${ticks}`;
  const found = /^(\d+)(\w+)$/.exec(wave.tick) || [null, "1", "ps"];
  const units = ["fs", "ps", "ns", "us", "ms", "s"];
  let unit = Number(found[1]) * wave.per_unit, place = units.indexOf(found[2]);
  while (unit >= 1000 && place < units.length - 1) { unit /= 1000; place += 1; }
  return `${Number(((ticks / wave.per_unit) * unit).toFixed(3))} ${units[place]}`;
}

const nameOfFirst = (wave) => (wave.frames ? "difference" : wave.stated === false ? "first difference" : "first failed check");

// Counted from the first failed check; those of a counterexample have numbers of their own.
const cycleNumber = (wave, place, before) => (wave.frames ? String(wave.start + place) : place - before + 1 > 0 ? `+${place - before + 1}` : String(place - before + 1));

const countedAs = (wave) => (wave.frames ? `${wave.frames}s from the beginning, a reset first`
  : `${wave.clock ? `cycles of ${wave.clock}` : "changes of the inputs"} counted from the ${nameOfFirst(wave)}`);

function waveform(wave, words) {
  const lanes = lanesOf(wave);
  const marks = cycles(wave);
  const room = Math.min(innerWidth, 1392) - BESIDE;
  const width = Math.min(WIDEST, Math.max(room, (marks.length + 1) * SLOT));
  const height = TOP + lanes.length * LANE + 6;
  const x = (time) => MARGIN + ((width - 2 * MARGIN) * (time - wave.start)) / Math.max(1, wave.end - wave.start);
  const drawing = svg("svg", { class: "wave", width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  const before = marks.filter((time) => time <= wave.first).length;
  marks.forEach((time, i) => add(drawing, [svg("line", { class: "cycle", x1: x(time), x2: x(time), y1: TOP - 4, y2: height }),
    svg("text", { class: "tick middle", x: x(time), y: 13 }, cycleNumber(wave, i, before))]));
  lanes.forEach((lane, i) => drawLane(drawing, lane, TOP + i * LANE, x, wave));
  add(drawing, [svg("line", { class: "first", x1: x(wave.first), x2: x(wave.first), y1: TOP - 4, y2: height })]);
  const cursor = svg("line", { class: "cursor", y1: TOP - 4, y2: height });
  drawing.append(cursor);
  const values = lanes.map(() => el("output"));
  const now = el("span"), what = nameOfFirst(wave);
  const events = [...new Set([wave.start, wave.first, wave.end, ...lanes.flatMap((lane) => lane.changes.map(([time]) => time))])].sort((a, b) => a - b);
  let at = wave.first;
  const move = (time) => {
    at = Math.min(wave.frames ? wave.end - 1 : wave.end, Math.max(wave.start, time));
    set(cursor, { x1: x(at), x2: x(at) });
    now.textContent = timeWords(wave, at) + (at === wave.first ? ` – ${what}` : "");
    lanes.forEach((lane, i) => {
      const value = valueAt(lane.changes, at);
      values[i].textContent = value === null ? "–" : shownValue(value);
      values[i].title = value === null ? "" : `${lane.signal.name} ${lane.kind}: ${value}`;
      values[i].classList.toggle("wrong", lane.kind === "actual" && lane.wrong.some(([start, end]) => start <= at && at < end));
    });
  };
  const paper = el("div", { class: "paper", tabindex: 0, role: "group", "aria-label": `waveform. ${words} Arrow keys move the cursor`,
    pointermove: (event) => {
      const box = drawing.getBoundingClientRect();
      move((wave.frames ? Math.floor : Math.round)(wave.start + ((event.clientX - box.left - MARGIN) / (width - 2 * MARGIN)) * (wave.end - wave.start)));
    },
    pointerleave: () => move(wave.first),
    keydown: (event) => {
      const next = { ArrowRight: events.find((time) => time > at), ArrowLeft: events.filter((time) => time < at).at(-1), Home: wave.first }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      move(next);
    } }, drawing);
  requestAnimationFrame(() => { paper.scrollLeft = x(wave.first) - paper.clientWidth * 0.6; });
  move(wave.first);
  return [el("p", { class: "note" }, "At the cursor: ", now, " · ", countedAs(wave), wave.seed > 1 && ` · seed ${wave.seed}`, wave.note && ` · ${wave.note}`),
  el("div", { class: "wave-box" }, el("div", { class: "wave-names" }, el("div", { class: "wave-head" }), lanes.map((lane, i) => el("div", {
    class: `wave-name ${lane.kind}${lane.wrong.length ? " differs" : ""}` },
  el("span", { class: "signal" }, lane.kind === "actual" ? "" : lane.signal.name, lane.kind !== "actual" && lane.signal.width > 1 && el("small", null, `[${lane.signal.width - 1}:0]`)),
  lane.kind !== "input" && el("small", { class: "kind" }, lane.kind === "actual" ? "got" : "expected"), values[i]))), paper)];
}

function drawLane(drawing, lane, top, x, wave) {
  const high = top + 5, low = top + LANE - 6, middle = (high + low) / 2;
  for (const [start, end] of lane.kind === "input" ? [] : lane.wrong) {
    add(drawing, [svg("rect", { class: "wrong", x: x(start), y: top, width: Math.max(1.5, x(end) - x(start)), height: LANE })]);
  }
  const group = svg("g", { class: `lane ${lane.kind}` });
  let line = "";
  lane.changes.forEach(([time, value], i) => {
    const from = x(Math.max(time, wave.start)), to = x(lane.changes[i + 1] ? lane.changes[i + 1][0] : wave.end);
    if (value.length === 1 && value !== "x") {
      const y = value === "1" ? high : value === "0" ? low : middle;
      line += `${line ? "L" : "M"}${from.toFixed(1)} ${y}L${to.toFixed(1)} ${y}`;
      return;
    }
    if (value.length === 1) line += `${line ? "L" : "M"}${from.toFixed(1)} ${middle}L${to.toFixed(1)} ${middle}`;
    const slant = Math.min(3, (to - from) / 2);
    const unknown = value.includes("x");
    add(group, [svg("path", { class: unknown ? "bus unknown" : "bus", d: `M${from.toFixed(1)} ${middle}L${(from + slant).toFixed(1)} ${high}L${(to - slant).toFixed(1)} ${high}`
      + `L${to.toFixed(1)} ${middle}L${(to - slant).toFixed(1)} ${low}L${(from + slant).toFixed(1)} ${low}Z` },
    svg("title", null, `${lane.signal.name} ${value}`))]);
    const room = Math.floor((to - from - 8) / 7.2), text = shownValue(value);
    if (room >= 1 && (text.length <= room || room >= 3)) {
      add(group, [svg("text", { class: "value", x: (from + to) / 2, y: middle + 4 }, text.length <= room ? text : `${text.slice(0, room - 1)}…`)]);
    }
  });
  if (line) group.prepend(svg("path", { class: "level", d: line }));
  drawing.append(group);
}
