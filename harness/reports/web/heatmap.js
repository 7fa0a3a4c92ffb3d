// Every sample of every problem at a glance: colour and letter say the outcome.

function legend(outcomes) {
  const names = Object.keys(outcomes).sort(byOutcome);
  return el("ul", { class: "legend", "aria-label": "outcomes" }, names.map((name) => el("li", null,
    el("span", { class: `cell ${outcomeClass(name)}`, "aria-hidden": "true" }, letter(name)),
    `${spoken(name)} `, el("span", { class: "dim" }, count(outcomes[name])))));
}

function heatmap() {
  const widest = Math.max(1, ...PROBLEMS.map((problem) => problem.samples.length));
  const size = widest <= 6 ? "few" : widest <= 20 ? "some" : "lots";
  return [legend(SUMMARY.outcomes), el("div", { class: `heatmap ${size}` }, PROBLEMS.map((problem) => el("div", { class: "tile" },
    el("span", { class: "tile-name", title: problem.title ? `${problem.name}: ${problem.title}` : problem.name },
      problem.figures.quarantined && el("span", { class: "flag", title: "known to be faulty" }, "⚑ "), problem.name),
    strip(problem))))];
}
