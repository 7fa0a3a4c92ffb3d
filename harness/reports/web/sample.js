// One sample: what was found and by what, the waveform, the prompt, the reply, the Verilog and the logs.

function sampleView(problem, sample) {
  const around = shownSamples();
  const place = around.findIndex((item) => item.sample === sample);
  const step = (by) => (place >= 0 ? around[place + by] : null);
  const content = el("div", { class: "texts" }, el("p", { class: "waiting" }, "Opening …"));
  texts(problem).then(
    (found) => fill(content, sampleTexts(problem, sample, found)),
    (error) => fill(content, el("p", { class: "warnings" }, `The texts cannot be opened: ${error.message}`)),
  );
  const way = (item, text, key) => (item ? el("a", { class: "step", rel: key, href: address(item.problem, item.sample), title: `${item.problem.name} ${item.sample.s}` }, text)
    : el("span", { class: "step off" }, text));
  return el("article", { class: "sample" },
    el("nav", { class: "steps", "aria-label": "samples" }, el("a", { href: filterAddress() }, "← all problems"),
      el("span", { class: "spacer" }), way(step(-1), "‹ previous", "prev"),
      place >= 0 && el("span", { class: "dim" }, `${count(place + 1)} of ${count(around.length)}${filter.outcome ? ` ${spoken(filter.outcome)}` : ""}`), way(step(1), "next ›", "next")),
    el("header", { class: "sample-head" }, el("h1", null, problem.name, el("span", { class: "dim" }, ` / ${sample.s}`)), chip(sample.o),
      problem.title && problem.title !== problem.name && el("span", { class: "dim" }, problem.title),
      [problem.category, problem.difficulty].filter(Boolean).map((word) => el("span", { class: "tag" }, word)), strip(problem, sample)),
    problem.why && el("p", { class: "warnings" }, `⚑ This problem is known to be faulty: ${problem.why}`), content);
}

function sampleTexts(problem, sample, found) {
  const own = found.samples[String(sample.s)] || {};
  const repro = `harness repro ${quoted(SUMMARY.run)} ${quoted(problem.name)} ${sample.s}`;
  return [
    el("p", { class: "verdict" }, withCode(own.words || spoken(sample.o))),
    pipeline(own, sample),
    el("p", { class: "repro" }, el("code", null, repro), copyButton(() => repro, "copy"), copyButton(() => location.href, "copy link")),
    waveCard(own, sample), counterexampleCard(own), roundsOf(own),
    own.no_room && el("p", { class: "warnings" }, "This run's texts are too many for one page; this sample's are shown by the command above."),
    el("div", { class: own.is_code ? "columns two" : "columns" }, promptCard(found), !own.is_code && replyCard(own), codeCard(own)),
    logCard(own, !own.waveform && sample.o !== "pass"),
    costs(own, sample),
  ];
}

// As a shell reads it.
const quoted = (name) => (/^[\w.@%+=:,/-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);

// `name` as code.
const withCode = (text) => text.split("`").map((part, i) => (i % 2 ? el("code", null, part) : part));

const STATUS_SIGNS = { pass: "✓", proven: "✓", fail: "✗", refuted: "✗", skipped: "–", infra_error: "!", bounded: "≈", inconclusive: "?" };

function pipeline(own, sample) {
  const stages = Object.entries(own.stages || {});
  const ratios = Object.entries(sample.r || {}).map(([name, value]) => el("li", { class: "stage-box figure" }, el("b", null, `${name} ${figure(value)}×`), el("small", null, "of golden's")));
  if (own.official) ratios.push(el("li", { class: `stage-box ${own.official.pass ? "pass" : "fail"}` }, el("b", null, `${own.official.pass ? "✓" : "✗"} official`), el("small", null, `code ${own.official.code}`)));
  if (!stages.length && !ratios.length) return null;
  return el("ol", { class: "pipeline", "aria-label": "stages" }, stages.map(([name, { status, ...rest }]) => el("li", { class: `stage-box ${status}`, title: figures(rest, 30) },
    el("b", null, `${STATUS_SIGNS[status] || "·"} ${name}`), el("small", null, ["pass", "fail"].includes(status) ? "" : spoken(status), " ", figures(rest, 3)))), ratios);
}

const figures = (values, most) => Object.entries(values).filter(([, value]) => value === null || typeof value !== "object").slice(0, most)
  .map(([name, value]) => `${spoken(name)} ${figure(value)}`).join(", ");

function waveCard(own, sample) {
  if (own.waveform) return el("section", { class: "card" }, el("h2", null, `Around the ${nameOfFirst(own.waveform)}`), waveform(own.waveform, own.words || ""));
  if (sample.o !== "mismatch") return null;
  return el("p", { class: "note" }, own.no_waveform ? `No waveform: ${own.no_waveform}.` : "No waveform was recorded for this sample; the command above makes one.");
}

function counterexampleCard(own) {
  const wave = own.counterexample;
  return wave && el("section", { class: "card" }, el("h2", null, "Counterexample"),
    el("p", { class: "note" }, "The testbench does not see this difference. It was found by formal comparison with the golden design, and shows in simulation."),
    waveform(wave, own.words || ""));
}

const logCard = (own, open) => own.log && el("details", { class: "card", open }, el("summary", null, el("h2", null, "Tool logs")), el("pre", { class: "log", tabindex: 0 }, own.log));

// With feedback: what was answered before, and what the model was told of it. The verdict is that of the last answer.
function roundsOf(own) {
  const rounds = own.rounds || [];
  if (!rounds.length) return null;
  return el("section", { class: "card rounds" }, el("h2", null, "Earlier rounds"),
    el("p", { class: "note" }, `The model answered again after feedback. All else on this page is of round ${rounds.length}, the last.`),
    rounds.map((round, number) => el("details", null, el("summary", null, `Round ${number} `, chip(round.o), " ", withCode(round.words || "")),
      el("div", { class: "columns two" }, round.is_code ? null : replyCard(round), codeCard(round)),
      round.told && [el("h3", null, "What the model was told"), el("pre", { class: "prose", tabindex: 0 }, round.told)], logCard(round, false))));
}

function promptCard(found) {
  const given = INDEX.run.answers ? "The answers were handed in; this is the problem's own prompt." : null;
  return card("Prompt", given, (found.prompt || []).length ? found.prompt.map(({ role, text }) => [el("h3", null, role), el("pre", { class: "prose", tabindex: 0 }, text.replace(/^\n+/, ""))])
    : el("p", { class: "dim" }, "The suite was not at hand when this page was made; harness report with --suite-path adds it."));
}

function replyCard(own) {
  const note = own.finish && own.finish !== "stop" ? `Ended by: ${own.finish}` : null;
  return card("Reply", note, own.error && el("p", { class: "warnings" }, `No reply: ${own.error}`),
    own.reasoning && el("details", null, el("summary", null, `Reasoning (${count(own.reasoning.length)} characters)`), el("pre", { class: "prose", tabindex: 0 }, own.reasoning)),
    own.reply ? el("pre", { class: "prose", tabindex: 0 }, own.reply) : el("p", { class: "dim" }, "Nothing."));
}

function codeCard(own) {
  const text = own.code ?? (own.is_code ? own.reply : null);
  const marks = own.marks || [];
  const notes = [own.is_code && "It was handed in as Verilog.", marks.length && `${many(marks.length, "line")} marked by the tools.`];
  return card("Verilog as graded", notes.filter(Boolean).join(" "),
    text ? [verilog(text, marks), el("p", { class: "under" }, copyButton(() => text, "copy"))] : el("p", { class: "dim" }, "No Verilog was taken from the reply."));
}

function costs(own, sample) {
  const [prompt, completion, reasoning] = sample.u || [];
  const said = [["prompt tokens", prompt], ["completion tokens", completion], ["reasoning tokens", reasoning], ["USD", sample.c], ["s latency", sample.l]]
    .filter(([, value]) => typeof value === "number").map(([name, value]) => `${figure(value)} ${name}`);
  const cpu = Object.entries(own.measured || {}).map(([name, value]) => `${name} ${value.toFixed(2)} s`);
  return el("p", { class: "note" }, said.join(" · "), said.length && cpu.length ? " · " : "", cpu.length ? `CPU: ${cpu.join(", ")}` : "");
}
