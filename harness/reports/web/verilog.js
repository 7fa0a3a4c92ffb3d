// Verilog with colours and line numbers, and what the tools said beside the line it was said of.

const WORDS = new Set(("always always_comb always_ff always_latch and assign automatic begin bit break buf byte case casex casez const "
  + "continue default defparam deassign disable do edge else end endcase endfunction endgenerate endinterface endmodule endpackage endtask "
  + "enum event export final for force forever fork function generate genvar if import initial inout input inside int integer interface "
  + "join localparam logic longint module nand negedge nor not or output package parameter posedge priority real reg release repeat return "
  + "shortint signed specify struct supply0 supply1 task time tri type typedef union unique unsigned var void wait wand while wire wor xnor xor").split(" "));
const PIECE = /(\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|("(?:[^"\\\n]|\\[\s\S])*"?)|(`[A-Za-z_]\w*|\$[A-Za-z_]\w*)|(\d*\s?'[sS]?[bBoOdDhH][0-9a-fA-FxXzZ?_]+|'[01xXzZ]|\b\d[\d_]*(?:\.\d+)?\b)|([A-Za-z_]\w*)|\s+|[^\sA-Za-z0-9_"`$'/]+|[\s\S]/g;
const MOST_COLOURED = 80000;
const LONGEST_LINE = 2000;
const LINES_AT_ONCE = 400;

// Lines, each a list of [class, text].
function colouredLines(text) {
  const lines = [[]];
  const put = (kind, piece) => piece.split("\n").forEach((part, i) => {
    if (i) lines.push([]);
    if (part) lines.at(-1).push([kind, part]);
  });
  if (text.length > MOST_COLOURED) { put("", text); return lines; }
  for (const [piece, comment, string, directive, number, word] of text.matchAll(PIECE)) {
    put(comment ? "comment" : string ? "string" : directive ? "directive" : number ? "number" : word && WORDS.has(word) ? "word" : "", piece);
  }
  return lines;
}

function lineParts(parts) {
  const found = [];
  let room = LONGEST_LINE;
  for (const [kind, text] of parts) {
    if (room <= 0) break;
    found.push(kind ? el("span", { class: `v-${kind}` }, text.slice(0, room)) : text.slice(0, room));
    room -= text.length;
  }
  const cut = parts.reduce((sum, [, text]) => sum + text.length, 0) - LONGEST_LINE;
  return cut > 0 ? [...found, el("span", { class: "left-out" }, ` … ${count(cut)} more characters`)] : found;
}

function verilog(text, marks) {
  const said = new Map(marks || []);
  const lines = colouredLines(text.replace(/\r\n?/g, "\n"));
  const blocks = [];
  for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
    blocks.push(el("div", { class: "lines" }, lines.slice(at, at + LINES_AT_ONCE).map((parts, i) => {
      const number = at + i + 1;
      return [el("div", { class: said.has(number) ? "line bad" : "line" }, el("span", { class: "no" }, String(number)), el("code", null, lineParts(parts))),
        said.has(number) && el("div", { class: "said" }, said.get(number))];
    })));
  }
  return el("div", { class: "source", tabindex: 0, role: "region", "aria-label": "the graded Verilog" }, blocks);
}
