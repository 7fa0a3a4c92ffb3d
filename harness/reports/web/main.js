// What the address says is shown: nothing or ?filter, the run; problem/sample, one sample. Keys: ← → go through the
// samples, Escape goes back, / searches.

const main = document.getElementById("main");
let overviewNode = null, tableNode = null, tableFor = null, overviewScroll = 0, showing = null;

function show() {
  const hash = location.hash.slice(1);
  if (showing === "overview") overviewScroll = scrollY;
  const cut = hash.lastIndexOf("/");
  const problem = PLACES.get(decodePart(cut < 0 ? hash : hash.slice(0, cut)));
  const sample = problem && problem.samples.find((item) => (cut < 0 ? true : String(item.s) === hash.slice(cut + 1)));
  if (sample) return showSample(problem, sample);
  const back = showing === "sample";
  if (hash.startsWith("?")) readFilter(hash.slice(1));
  if (hash && !hash.startsWith("?") && !problem) return showMissing(hash);
  return showOverview(hash, back);
}

function showSample(problem, sample) {
  const held = showing === "sample" ? scrollY : 0;
  document.title = `${problem.name}/${sample.s} · ${SUMMARY.model}`;
  fill(main, sampleView(problem, sample));
  showing = "sample";
  scrollTo(0, Math.min(held, 0));
}

function showMissing(hash) {
  fill(main, el("section", { class: "card" }, el("h2", null, "Not in this run"), el("p", null, `There is no ${decodePart(hash)} here. `, el("a", { href: "#" }, "All problems"))));
  showing = "missing";
}

function showOverview(hash, back) {
  document.title = `${SUMMARY.model} · ${SUMMARY.suite.name} · ${SUMMARY.task}`;
  if (!overviewNode) overviewNode = el("div", { class: "overview" }, overview());
  if (tableFor !== filterAddress()) {
    tableNode?.remove();
    tableNode = problemTable();
    tableFor = filterAddress();
    overviewNode.append(tableNode);
  }
  if (!overviewNode.isConnected) fill(main, overviewNode);
  const asked = hash.startsWith("?");
  showing = "overview";
  if (back) scrollTo(0, overviewScroll);
  else if (asked) tableNode.scrollIntoView();
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  if (event.key === "/" ) { const search = document.querySelector("input[type=search]"); if (search) { event.preventDefault(); search.focus(); } }
  if (showing !== "sample") return;
  const scrolls = event.target.scrollWidth > event.target.clientWidth && event.target !== document.body;
  const link = { ArrowLeft: "a[rel=prev]", ArrowRight: "a[rel=next]" }[event.key];
  if (link && !scrolls) { const found = document.querySelector(link); if (found) { event.preventDefault(); location.hash = found.getAttribute("href"); } }
  if (event.key === "Escape") location.hash = filterAddress();
}

fill(document.getElementById("top"), el("a", { class: "brand", href: "#" }, "harness"), el("span", { class: "run-name", title: SUMMARY.run }, SUMMARY.run),
  el("nav", { "aria-label": "page" }, el("a", { href: "#" }, "Overview"), el("a", { href: "#?" }, "Problems")));
fill(document.getElementById("foot"), `harness ${INDEX.run.harness_version} · figures from summary.json · ← → between samples, Esc back, / search`);
addEventListener("hashchange", show);
addEventListener("keydown", keys);
show();
document.documentElement.dataset.ready = "1";
