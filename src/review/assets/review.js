// What a reviewer does at the beads of a pair, by keyboard and by mouse. The server makes every page and keeps every decision;
// here an act is worked out from what is on the screen, sent, and the beads that come back are shown.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// A bead: the places of its segments, [source, target].
const ids = (text) => (text ? text.split(",").map(Number) : []);
const beadOf = (row) => [ids(row.dataset.source), ids(row.dataset.target)];
const named = ([source, target]) => ({ source, target });
const rising = (a, b) => a - b;
const joined = (beads) => [0, 1].map((side) => beads.flatMap((bead) => bead[side]).sort(rising));

// The words of an element, each with where it begins and ends.
const wordsOf = (element) => [...element.textContent.matchAll(/\P{White_Space}+/gu)].map((found) => [found.index, found.index + found[0].length]);
// How many signs stand before a place in it, white space not counted.
const signsBefore = (element, at) => [...element.textContent.slice(0, at).replace(/\p{White_Space}/gu, "")].length;

// A stretch of the text of an element.
function stretch(element, from, to) {
  const range = document.createRange();
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let at = 0, node; (node = texts.nextNode()); at += node.length) {
    if (from >= at && from <= at + node.length) range.setStart(node, from - at);
    if (to >= at && to <= at + node.length) {
      range.setEnd(node, to - at);
      break;
    }
  }
  return range;
}

// How far into the text of an element a point of the screen is.
function reached(element, { clientX, clientY }) {
  const caret = document.caretPositionFromPoint?.(clientX, clientY);
  const place = caret ? [caret.offsetNode, caret.offset] : (({ startContainer, startOffset }) => [startContainer, startOffset])(document.caretRangeFromPoint(clientX, clientY));
  const before = document.createRange();
  before.setStart(element, 0);
  before.setEnd(...place);
  return before.toString().length;
}

const say = (text) => { $("#said").textContent = text; };

async function post(address, what) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(what),
  });
  const type = response.headers.get("Content-Type") || "";
  const answer = type.startsWith("application/json") ? await response.json() : { reason: await response.text() };
  return { status: response.status, ...answer };
}

// Rows among which the arrow keys go, one of them in the tab order.
class Rows {
  constructor(table) {
    this.table = table;
  }
  all() {
    return [...this.table.tBodies[0].rows];
  }
  current() {
    return this.all().find((row) => row.tabIndex === 0) || this.all()[0];
  }
  choose(row, focus = true) {
    if (!row) return;
    for (const other of this.all()) {
      other.tabIndex = other === row ? 0 : -1;
      other.setAttribute("aria-selected", String(other === row || other.classList.contains("marked")));
    }
    if (focus) {
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    }
  }
  beside(row, step) {
    const all = this.all();
    return all[all.indexOf(row) + step];
  }
}

// Whether a key is meant for a field, or for the browser.
const isTyped = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]") ||
  /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);

class Review {
  constructor(place) {
    this.place = place;
    this.busy = Promise.resolve();
    this.renew();
    place.addEventListener("click", (event) => this.click(event));
    place.addEventListener("dblclick", (event) => {
      const segment = event.target.closest(".seg");
      if (segment) this.choosePlace(segment, wordsOf(segment).findIndex(([, end]) => end > reached(segment, event)));
    });
    document.addEventListener("keydown", (event) => this.key(event));
    place.addEventListener("dragstart", (event) => this.drag(event));
    place.addEventListener("dragover", (event) => { if (this.dragged) event.preventDefault(); });
    place.addEventListener("drop", (event) => this.drop(event));
    this.open();
  }

  // The beads that came from the server.
  renew() {
    this.grid = $("#grid");
    this.cutting = null;
    this.rows = new Rows(this.grid);
    for (const act of ["undo", "redo"]) {
      const button = $(`[data-act=${act}]`, this.place);
      if (button) button.disabled = this.grid.dataset[act] !== "true";
    }
  }

  // The bead that the address names.
  open() {
    const query = new URLSearchParams(location.search);
    const row = this.having([query.has("s") ? [Number(query.get("s"))] : [], query.has("t") ? [Number(query.get("t"))] : []]);
    const named = location.hash ? document.getElementById(location.hash.slice(1)) : row;
    if (named && named.matches("tr")) this.rows.choose(named);
  }

  // The first row that has a segment of a bead.
  having(bead) {
    return this.rows.all().find((row) => beadOf(row).some((side, n) => side.some((id) => bead[n].includes(id))));
  }

  // The segment that an act is about: the chosen one, if it is in the row.
  segment(row) {
    const chosen = $(".seg.chosen", row);
    return chosen && { side: Number(chosen.closest("td").dataset.side), n: Number(chosen.dataset.n) };
  }

  chooseSegment(segment) {
    this.cutting = null;
    $$(".seg.chosen").forEach((other) => other.classList.remove("chosen"));
    if (segment) {
      segment.classList.add("chosen");
      say(segment.textContent);
    }
  }

  // The word before which the chosen segment is to be cut.
  choosePlace(segment, word) {
    const words = wordsOf(segment);
    const at = Math.max(1, Math.min(words.length - 1, word));
    if (words.length < 2) return this.cannot();
    this.chooseSegment(segment);
    this.cutting = { segment, word: at };
    const range = stretch(segment, ...words[at]);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return say(segment.textContent.slice(words[at][0]));
  }

  stepPlace(row, by) {
    const segment = this.cutting?.segment || $(".seg.chosen", row) || $(".seg", row);
    if (segment) this.choosePlace(segment, this.cutting ? this.cutting.word + by : by > 0 ? 1 : Infinity);
  }

  step(row, by) {
    const segments = $$(".seg", row);
    const at = segments.findIndex((segment) => segment.classList.contains("chosen"));
    const to = at < 0 ? (by > 0 ? 0 : segments.length - 1) : at + by;
    this.chooseSegment(segments[Math.max(0, Math.min(segments.length - 1, to))]);
  }

  key(event) {
    if (isTyped(event)) return;
    const row = this.rows.current();
    const moves = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
    const inGrid = event.target === document.body || this.place.contains(event.target);
    if (event.key === "?") {
      $("#keys").showModal();
    } else if (event.key in moves && inGrid) {
      this.chooseSegment(null);
      this.rows.choose(this.rows.beside(row, moves[event.key]) || row);
    } else if (event.shiftKey && (event.key === "ArrowRight" || event.key === "ArrowLeft") && inGrid) {
      this.stepPlace(row, event.key === "ArrowRight" ? 1 : -1);
    } else if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && inGrid) {
      this.step(row, event.key === "ArrowRight" ? 1 : -1);
    } else if (event.key === "g") {
      const all = this.rows.all();
      const open = (other) => !other.classList.contains("held") && !other.classList.contains("sure");
      this.rows.choose(all.slice(all.indexOf(row) + 1).find(open) || all.find(open));
    } else {
      const button = $(`.toolbar [aria-keyshortcuts="${CSS.escape(event.key)}"]`);
      if (!button || button.disabled) return;
      this.act(button.dataset.act);
    }
    event.preventDefault();
  }

  click(event) {
    const button = event.target.closest("[data-act]");
    if (button) return this.act(button.dataset.act);
    const row = event.target.closest("#grid tbody tr");
    if (!row) return undefined;
    if (!event.target.closest("a")) this.rows.choose(row);
    const gap = event.target.closest(".gap");
    const segment = event.target.closest(".seg");
    if (gap) {
      this.chooseSegment(gap.nextElementSibling);
      return this.act("split");
    }
    if (segment) this.chooseSegment(segment);
    return undefined;
  }

  drag(event) {
    const segment = event.target.closest(".seg");
    this.dragged = segment && { row: segment.closest("tr"), side: Number(segment.closest("td").dataset.side), n: Number(segment.dataset.n) };
    event.dataTransfer.setData("text/plain", event.target.textContent);
  }

  drop(event) {
    const [from, to] = [this.dragged, event.target.closest("#grid tbody tr")];
    this.dragged = null;
    event.preventDefault();
    if (from && to && to !== from.row) this.queue(() => this.moved(from.row, to, from.side, [from.n]));
  }

  // Acts are done one after the other, each on what the one before left.
  queue(act) {
    if ("locked" in this.place.dataset) return;
    this.busy = this.busy.then(act).catch((error) => say(`${this.place.dataset.failed} ${error.message}`));
  }

  act(name) {
    if (name === "help") $("#keys").showModal();
    else if (name === "mark") this.mark();
    else if (name === "note") this.note();
    else this.queue(() => this[name]());
  }

  // Sends what was done; `stay` is a bead of which a segment is looked at afterwards.
  async send(what, stay, step = 0) {
    const answer = await post(this.place.dataset.post, { seen: Number(this.grid.dataset.seen), ...what });
    if (answer.status === 409) return this.stale(what, answer);
    if (answer.status !== 200) return say(`${this.place.dataset.failed} ${answer.reason || answer.status}`);
    this.show(answer, stay, step);
    return say(this.place.dataset.applied);
  }

  show(answer, stay, step = 0) {
    const before = this.rows.all().indexOf(this.rows.current());
    $("#grid-place").innerHTML = answer.html;
    this.renew();
    const row = (stay && this.having(stay)) || this.rows.all()[Math.max(0, Math.min(before, this.rows.all().length - 1))];
    this.rows.choose((row && this.rows.beside(row, step)) || row);
  }

  // Somebody decided meanwhile: shows both, and lets the reviewer say which it is to be.
  stale(what, answer) {
    const texts = (bead) =>
      [0, 1].map((side) => bead[side].map((n) => $(`td[data-side="${side}"] .seg[data-n="${n}"]`, this.grid)?.textContent).join(" ")).join("  ⇔  ");
    const list = (place, beads) => {
      const lines = beads.map((bead) => {
        const line = document.createElement("p");
        line.textContent = texts(bead);
        return line;
      });
      place.replaceChildren(...lines);
    };
    const cut = what.act === "cut" && [[what.side === "source" ? [what.segment] : [], what.side === "target" ? [what.segment] : []]];
    const mine = cut || (what.beads || (what.bead ? [what.bead] : [])).map(({ source, target }) => [source, target]);
    const before = mine.map(texts).join();
    list($("#mine"), mine);
    this.show(answer, mine[0]);
    // Where a sentence was cut meanwhile, the segments have other numbers than were meant.
    $("#again").disabled = mine.map(texts).join() !== before;
    const touched = this.rows.all().map(beadOf);
    list($("#theirs"), touched.filter((bead) => mine.some((own) => [0, 1].some((side) => bead[side].some((n) => own[side].includes(n))))));
    const dialog = $("#stale");
    $("#again").onclick = () => { dialog.close(); this.queue(() => this.send(what, mine[0])); };
    $("#keep").onclick = () => dialog.close();
    dialog.showModal();
  }

  cannot() {
    say(this.place.dataset.nothing);
  }

  hold(change, beads, stay, step) {
    return this.send({ act: "hold", change, beads: beads.map(named) }, stay || beads[0], step);
  }

  accept() {
    const bead = beadOf(this.rows.current());
    return this.hold("accept", [bead], bead, 1);
  }

  reject() {
    const bead = beadOf(this.rows.current());
    return bead.every((side) => side.length) ? this.send({ act: "reject", bead: named(bead) }, bead) : this.cannot();
  }

  merge() {
    const row = this.rows.current();
    const next = this.rows.beside(row, 1);
    return next ? this.hold("merge", [joined([beadOf(row), beadOf(next)])]) : this.cannot();
  }

  // Before the chosen segment, or before the last; the other side is cut where that much of it has gone by.
  split() {
    const row = this.rows.current();
    const bead = beadOf(row);
    const chosen = this.segment(row);
    const longer = bead[0].length >= bead[1].length ? 0 : 1;
    const side = chosen && bead[chosen.side].indexOf(chosen.n) > 0 ? chosen.side : longer;
    const many = bead[side].length;
    if (many < 2) return this.cannot();
    const cut = chosen && side === chosen.side && bead[side].indexOf(chosen.n) > 0 ? bead[side].indexOf(chosen.n) : many - 1;
    const other = bead[1 - side];
    const near = Math.round((cut / many) * other.length);
    const there = other.length > 1 ? Math.max(1, Math.min(other.length - 1, near)) : other.length;
    const parts = [[], []];
    parts[0][side] = bead[side].slice(0, cut);
    parts[1][side] = bead[side].slice(cut);
    parts[0][1 - side] = other.slice(0, there);
    parts[1][1 - side] = other.slice(there);
    return this.hold("split", parts);
  }

  cut() {
    const { segment, word } = this.cutting || {};
    if (!segment?.isConnected) return this.cannot();
    const [side, n] = [Number(segment.closest("td").dataset.side), Number(segment.dataset.n)];
    const signs = signsBefore(segment, wordsOf(segment)[word][0]);
    return this.send({ act: "cut", side: ["source", "target"][side], segment: n, signs }, side ? [[], [n]] : [[n], []]);
  }

  move_up() {
    return this.move(-1);
  }

  move_down() {
    return this.move(1);
  }

  // The chosen segment, or the one next to where it goes, with those between.
  move(step) {
    const row = this.rows.current();
    const next = this.rows.beside(row, step);
    const bead = beadOf(row);
    const chosen = this.segment(row);
    const side = chosen ? chosen.side : bead[1].length >= bead[0].length ? 1 : 0;
    if (!next || !bead[side].length) return this.cannot();
    const at = chosen ? bead[side].indexOf(chosen.n) : step > 0 ? bead[side].length - 1 : 0;
    const gone = step > 0 ? bead[side].slice(at) : bead[side].slice(0, at + 1);
    return this.moved(row, next, side, gone);
  }

  moved(from, to, side, gone) {
    const rest = beadOf(from);
    const grown = beadOf(to);
    rest[side] = rest[side].filter((n) => !gone.includes(n));
    grown[side] = [...grown[side], ...gone].sort(rising);
    const beads = [grown, rest].filter((bead) => bead.some((ids) => ids.length));
    return this.hold("move", beads);
  }

  mark() {
    const row = this.rows.current();
    const marked = row.classList.toggle("marked");
    row.setAttribute("aria-selected", "true");
    say(marked ? this.place.dataset.marked : "");
  }

  link() {
    const marked = this.rows.all().filter((row) => row.classList.contains("marked") || row === this.rows.current());
    return marked.length > 1 ? this.hold("link", [joined(marked.map(beadOf))]) : this.cannot();
  }

  unlink() {
    const bead = beadOf(this.rows.current());
    const alone = [...bead[0].map((n) => [[n], []]), ...bead[1].map((n) => [[], [n]])];
    return this.hold("unlink", alone);
  }

  note() {
    const row = this.rows.current();
    const bead = beadOf(row);
    const [dialog, text] = [$("#noting"), $("#note-text")];
    text.value = $(".bond .note bdi", row)?.textContent || "";
    dialog.returnValue = "";
    dialog.onclose = () => {
      if (dialog.returnValue === "save") this.queue(() => this.send({ act: "note", bead: named(bead), text: text.value }, bead));
    };
    dialog.showModal();
  }

  undo() {
    return this.send({ act: "undo" });
  }

  redo() {
    return this.send({ act: "redo" });
  }

  // The head of the page says whether the two are a pair: it is made anew.
  async pairing(what) {
    await this.send(what);
    location.reload();
  }

  unpair() {
    return this.pairing({ act: "unpair" });
  }

  pair() {
    return this.pairing({ act: "pair", kind: "version" });
  }
}

// The least certain beads, each decided with one key.
class Queue {
  constructor(table) {
    this.table = table;
    this.rows = new Rows(table);
    this.busy = Promise.resolve();
    table.addEventListener("click", (event) => {
      const row = event.target.closest("tbody tr");
      const button = event.target.closest("[data-act]");
      if (row) this.rows.choose(row, !event.target.closest("a, button"));
      if (button) this.act(row, button.dataset.act);
    });
    document.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (isTyped(event)) return;
    const row = this.rows.current();
    const moves = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
    if (event.key in moves) this.rows.choose(this.rows.beside(row, moves[event.key]) || row);
    else if (event.key === "Enter" && event.target === row) location.assign(row.dataset.address);
    else {
      const button = row && $(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`, row);
      if (!button || button.disabled) return;
      this.act(row, button.dataset.act);
    }
    event.preventDefault();
  }

  act(row, name) {
    if ("locked" in this.table.dataset) return;
    const bead = beadOf(row);
    const alone = [...bead[0].map((n) => [[n], []]), ...bead[1].map((n) => [[], [n]])];
    const what = {
      accept: { act: "hold", change: "accept", beads: [named(bead)] },
      reject: { act: "reject", bead: named(bead) },
      unlink: { act: "hold", change: "unlink", beads: alone.map(named) },
    }[name];
    this.busy = this.busy.then(async () => {
      const answer = await post(row.dataset.post, { seen: Number(row.dataset.seen), ...what });
      const same = this.rows.all().filter((other) => other.dataset.post === row.dataset.post);
      if (answer.seen !== undefined) same.forEach((other) => { other.dataset.seen = answer.seen; });
      if (answer.status !== 200) return say(answer.status === 409 ? this.table.dataset.stale : `${this.table.dataset.failed} ${answer.reason}`);
      row.classList.add("held");
      $$("button", row).forEach((button) => { button.disabled = true; });
      this.rows.choose(this.rows.beside(row, 1) || row);
      return say(this.table.dataset.applied);
    }).catch((error) => say(`${this.table.dataset.failed} ${error.message}`));
  }
}

// All versions of a work: a row, and in it a version, lead to the pair where the bead is corrected.
class Columns {
  constructor(table) {
    this.rows = new Rows(table);
    this.column = 0;
    table.addEventListener("click", (event) => {
      const cell = event.target.closest("tbody td");
      if (!cell) return;
      this.column = cell.cellIndex;
      this.choose(cell.parentElement, !event.target.closest("a"));
    });
    table.addEventListener("dblclick", (event) => event.target.closest("tbody td") && this.open());
    document.addEventListener("keydown", (event) => this.key(event));
  }

  choose(row, focus) {
    this.rows.choose(row, focus);
    $$("td.chosen", this.rows.table).forEach((cell) => cell.classList.remove("chosen"));
    row?.cells[this.column]?.classList.add("chosen");
  }

  open() {
    const row = this.rows.current();
    const link = $("a.correct", row?.cells[this.column]) || $("a.correct", row);
    if (link) link.click();
  }

  key(event) {
    const row = this.rows.current();
    if (isTyped(event) || !row || (event.target !== document.body && !this.rows.table.parentElement.contains(event.target))) return;
    const moves = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
    const sides = { ArrowRight: 1, ArrowLeft: -1 };
    if (event.key in moves) this.choose(this.rows.beside(row, moves[event.key]) || row);
    else if (event.key in sides) {
      this.column = Math.max(0, Math.min(row.cells.length - 1, this.column + sides[event.key]));
      this.choose(row);
    } else if (event.key === "Enter" && !event.target.closest("a")) this.open();
    else return;
    event.preventDefault();
  }
}

if ($("#columns")) new Columns($("#columns"));
if ($("#review")) new Review($("#review"));
if ($("#queue")) new Queue($("#queue"));

// A form that is one decision: its fields are added to what it says, and the page is made anew.
for (const form of $$("form[data-act]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    const answer = await post(form.getAttribute("action"), { seen: Number(form.dataset.seen), ...JSON.parse(form.dataset.act), ...fields });
    if (answer.status === 200) location.reload();
    else say(`${$("#said").dataset.failed} ${answer.reason || answer.status}`);
  });
}

// Which versions of a work are shown is one value of the address.
$("#versions")?.addEventListener("submit", (event) => {
  const form = event.target;
  form.elements.show.value = $$("fieldset input:checked", form).map((box) => box.value).join(",");
});
