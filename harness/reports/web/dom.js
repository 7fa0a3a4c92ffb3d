// Building the page: elements, text made visible, numbers. Text reaches the document as text nodes only.

const SVG = "http://www.w3.org/2000/svg";
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

// Control characters, and marks that turn the direction of text, as signs that can be seen.
function visible(text) {
  return String(text).replace(/\r\n/g, "\n").replace(UNSEEN, (char) => {
    const code = char.charCodeAt(0);
    return code < 32 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

function add(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(visible(child)));
  }
  return node;
}

function set(node, properties) {
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else if (name === "title" || name === "aria-label") node.setAttribute(name, visible(value));
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  return node;
}

const el = (tag, properties, ...children) => add(set(document.createElement(tag), properties), children);
const svg = (tag, properties, ...children) => add(set(document.createElementNS(SVG, tag), properties), children);
const fill = (node, ...children) => { node.replaceChildren(); return add(node, children); };

function card(title, note, ...children) {
  return el("section", { class: "card" }, el("h2", null, title), note && el("p", { class: "note" }, note), children);
}

// What is far down the page is built when somebody comes near it, or prints.
function lazily(build) {
  const place = el("div", { class: "lazy" });
  const watch = new IntersectionObserver((seen) => { if (seen.some((entry) => entry.isIntersecting)) now(); }, { rootMargin: "500px" });
  const now = () => {
    watch.disconnect();
    removeEventListener("beforeprint", now);
    place.replaceWith(...[build()].flat(Infinity).filter(Boolean));
  };
  watch.observe(place);
  addEventListener("beforeprint", now);
  return place;
}

function copyButton(text, label) {
  const button = el("button", { type: "button", class: "quiet", click: async () => {
    let done = true;
    try { await navigator.clipboard.writeText(text()); } catch { done = copyBySelection(text()); }
    button.textContent = done ? "copied" : "select and copy it by hand";
    setTimeout(() => { button.textContent = label; }, 1600);
  } }, label);
  return button;
}

function copyBySelection(text) {
  const area = el("textarea", { class: "offscreen", readonly: true });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

const whole = new Intl.NumberFormat("en-US");
const count = (value) => whole.format(value);
const many = (value, word) => `${count(value)} ${word}${value === 1 ? "" : "s"}`;
const bound = (value) => (100 * value).toFixed(1).replace(/^(0|100)\.0$/, "$1");
const percent = (value) => (100 * value).toFixed(1);
const spoken = (name) => String(name).replaceAll("_", " ");

function figure(value) {
  if (typeof value !== "number") return typeof value === "object" ? JSON.stringify(value) : String(value);
  if (Number.isInteger(value)) return count(value);
  return Math.abs(value) >= 100 ? value.toFixed(1) : String(Number(value.toPrecision(4)));
}

const MOST_BINARY = 4;

// A value as a reader of waveforms writes it: up to four bits binary, longer ones in hex.
function shownValue(bits) {
  if (bits.length <= MOST_BINARY || /[^01xz]/.test(bits)) return bits;
  const padded = bits.padStart(4 * Math.ceil(bits.length / 4), "xz".includes(bits[0]) ? bits[0] : "0");
  return padded.match(/.{4}/g).map((four) => {
    if (/^[01]+$/.test(four)) return parseInt(four, 2).toString(16);
    return /^(.)\1*$/.test(four) ? four[0] : "X";
  }).join("");
}
