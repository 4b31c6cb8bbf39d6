// `korpu review` in a browser, against the real binary and a real store: every page, every act by keyboard and by mouse, in each
// language of the interface, on a wide and on a narrow screen; axe-core looks at each page, and nothing may leave loopback.
//
//   npm ci --prefix tests/browser && node tests/browser/review.mjs target/release/korpu [FOLDER FOR SCREENSHOTS]
//
// Wants Debian's chromium (or CHROMIUM=...). Prints a line for each test; fails if one does.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const [korpu, shots] = [path.resolve(process.argv[2] ?? "target/release/korpu"), process.argv[3]];
const home = path.resolve(import.meta.dirname, "../..");
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const folder = mkdtempSync(path.join(tmpdir(), "korpu-browser-"));
const servers = [];
if (shots) mkdirSync(shots, { recursive: true });

const run = (...args) => execFileSync(korpu, args, { cwd: home, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

// Serves a store; gives the address with the token.
function serve(store, ...args) {
  const server = spawn(korpu, ["review", store, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.stdout.once("data", (text) => resolve(new URL(String(text).trim())));
    server.once("exit", (code) => reject(new Error(`korpu review ended with ${code}`)));
  });
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});

// A browser of somebody who prefers a language. What it asks of the network, and what a page complains of, is kept.
async function visitor(url, { locale = "en", width = 1280, height = 900 } = {}) {
  const context = await browser.newContext({ locale, viewport: { width, height }, acceptDownloads: true });
  const page = await context.newPage();
  const complaints = [];
  context.on("request", (request) => {
    const { hostname } = new URL(request.url());
    if (hostname !== "127.0.0.1") complaints.push(`a request to ${hostname}`);
  });
  context.on("page", (other) => watch(other));
  const watch = (other) => {
    other.on("console", (message) => {
      const expected = /status of (409|404|422|403)/.test(message.text());
      if (["error", "warning"].includes(message.type()) && !expected) complaints.push(message.text());
    });
    other.on("pageerror", (error) => complaints.push(error.message));
    other.on("dialog", (dialog) => { complaints.push(`a page opened a dialog: ${dialog.message()}`); dialog.dismiss(); });
  };
  watch(page);
  await page.goto(url.href);
  return { context, page, complaints, go: (address) => page.goto(new URL(address, url).href) };
}

// What is wrong with a page for a narrow screen, or for whoever does not see it; and a picture of it.
async function faults(page, name) {
  await page.waitForLoadState();
  const size = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  // By the debugger, since the pages forbid any script but their own.
  await page.evaluate(readFileSync(axe, "utf8") + ";0");
  const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  const told = violations.map((v) => `${name}: ${v.id}: ${v.nodes.slice(0, 2).map((n) => `${n.html.slice(0, 200)} ${n.failureSummary}`).join(" | ")}`);
  if (size[0] > size[1]) told.push(`${name}: ${size[0]} px wide`);
  if (shots) await page.screenshot({ path: path.join(shots, `${name}.png`) });
  return told;
}

let [passed, failed] = [0, 0];
async function test(name, body) {
  const start = Date.now();
  try {
    await body();
    passed += 1;
    console.log(`ok    ${name} (${Date.now() - start} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n${error.stack}`);
  }
}

// The beads on the screen: places of segments, and the class.
const beads = (page) =>
  page.$$eval("#grid tbody tr", (rows) => rows.map((row) => [row.dataset.source, row.dataset.target, row.classList[0]]));
const held = async (page) => (await beads(page)).filter((bead) => bead[2] === "held").map((bead) => bead.slice(0, 2));
const seen = (page) => page.$eval("#grid", (grid) => Number(grid.dataset.seen));

// Does something that is one decision.
async function act(page, body) {
  const before = await seen(page);
  await body();
  await page.waitForFunction((n) => Number(document.querySelector("#grid").dataset.seen) > n, before);
}

const press = (page, ...keys) => act(page, async () => { for (const key of keys) await page.keyboard.press(key); });
const button = (page, name) => page.click(`[data-act=${name}]`);
const choose = (page, at) => page.click(`#grid tbody tr:nth-child(${at + 1}) .bond`);
const undoAll = async (page) => {
  while (!(await page.$eval("[data-act=undo]", (undo) => undo.disabled))) await press(page, "z");
};

run("run", "corpus/sample", "-o", path.join(folder, "out"), "--quiet");
const store = path.join(folder, "out/corpus.korpu");
const url = await serve(store, "--reviewer", "Leyla Əliyeva");

// A pair of the sample that has beads of many shapes: found by its number of segments.
async function aPair(page, go, at = 0) {
  await go("/works");
  await page.locator(".works a.open").nth(at).click();
  await page.locator(".links a").first().click();
  return new URL(page.url()).pathname;
}

// Nothing is decided here: wide and narrow screens at once.
await Promise.all([1280, 400].map(async (width) => {
  for (const locale of ["en", "az", "ru", "tr"]) {
    await test(`every page in ${locale} at ${width} px is in order and has no violation of accessibility`, async () => {
      const { page, go, complaints, context } = await visitor(url, { locale, width });
      const found = [];
      const check = async (...what) => found.push(...await faults(...what));
      assert.equal(await page.getAttribute("html", "lang"), locale);
      await check(page, `overview-${locale}-${width}`);
      for (const name of ["works", "works?events=1", "documents", "queue", "search?q=bank*", "quotes", "decisions", "refusals", "no/such/page"]) {
        await go(`/${name}`);
        await check(page, `${name.replace(/\W+/g, "-")}-${locale}-${width}`);
      }
      await go("/works");
      await page.click(".works a.open");
      await check(page, `work-${locale}-${width}`);
      await page.locator(".links a").first().click();
      await check(page, `pair-${locale}-${width}`);
      await page.keyboard.press("?");
      await check(page, `keys-${locale}-${width}`);
      await page.keyboard.press("Escape");
      await go(new URL(page.url()).pathname + "?level=paragraph");
      await check(page, `paragraphs-${locale}-${width}`);
      await go("/quotes");
      await page.click(".works a.open");
      await check(page, `group-${locale}-${width}`);
      await go("/documents");
      await page.click(".list a");
      await check(page, `document-${locale}-${width}`);
      assert.deepEqual(found, []);
      assert.deepEqual(complaints, []);
      await context.close();
    });
  }
}));

await test("the language is switched and remembered", async () => {
  const { page, go, context } = await visitor(url, { locale: "de" });
  assert.equal(await page.getAttribute("html", "lang"), "en");
  await go("/search?q=bank");
  await page.click("nav.switch a[lang=tr]");
  assert.equal(await page.getAttribute("html", "lang"), "tr");
  assert.ok(page.url().endsWith("/search?q=bank"), page.url());
  await go("/works");
  assert.equal(await page.getAttribute("html", "lang"), "tr");
  await context.close();
});

await test("every act by keyboard is a decision, at most two keys, and is undone and redone", async () => {
  const { page, go, complaints, context } = await visitor(url);
  await aPair(page, go, 0);
  const first = await beads(page);
  const isFull = (bead) => bead[0] !== "" && bead[1] !== "";
  await choose(page, 0);
  await press(page, "a");
  assert.deepEqual(await held(page), [first[0].slice(0, 2)]);
  // What is accepted is left for the next bead.
  assert.equal(await page.$eval("#grid tr[tabindex='0']", (row) => row.rowIndex), 2);
  await press(page, "m");
  const merged = (await held(page))[1];
  assert.equal(merged.flatMap((side) => side.split(",").filter(Boolean)).length, [first[1], first[2]].flatMap((b) => [b[0], b[1]]).filter(Boolean).length);
  await press(page, "s");
  assert.equal((await held(page)).length, 3);
  assert.ok(!(await held(page)).some((bead) => bead.join() === merged.join()));
  const at = (await beads(page)).findIndex((bead, n) => n > 2 && isFull(bead));
  await choose(page, at);
  const moving = (await beads(page))[at];
  await press(page, "d");
  const gone = (await beads(page)).find((bead) => bead[0] === moving[0]);
  assert.ok(!gone || gone[1] !== moving[1], "a target segment went down");
  await press(page, "z");
  await choose(page, at + 1);
  await press(page, "u");
  await press(page, "z");
  await choose(page, at);
  await press(page, "e");
  assert.ok((await held(page)).some((bead) => bead[0] === moving[0] && bead[1] === ""));
  const [alone, other] = [[moving[0], ""], ["", moving[1]]];
  for (const [source, target] of [alone, other]) {
    await page.click(`#grid tr[data-source="${source}"][data-target="${target}"] .bond`);
    if (source) await page.keyboard.press("b");
  }
  await press(page, "l");
  assert.ok((await held(page)).some((bead) => bead[0] === moving[0] && bead[1] === moving[1]));
  const rejected = (await beads(page)).find((bead) => bead[2] !== "held" && isFull(bead));
  await page.click(`#grid tr[data-source="${rejected[0]}"][data-target="${rejected[1]}"] .bond`);
  await press(page, "x");
  assert.ok(!(await beads(page)).some((bead) => bead[0] === rejected[0] && bead[1] === rejected[1]), "the aligner finds another bead at once");
  await page.keyboard.press("n");
  await page.fill("#note-text", "Yoxla: <b>1977</b>?");
  await act(page, () => page.click("#noting button[value=save]"));
  assert.equal(await page.textContent("#grid small.note bdi"), "Yoxla: <b>1977</b>?");
  const last = await beads(page);
  await undoAll(page);
  assert.deepEqual(await beads(page), first, "undone to the beginning");
  while (!(await page.$eval("[data-act=redo]", (redo) => redo.disabled))) await press(page, "y");
  assert.deepEqual(await beads(page), last, "and redone to the end");
  await undoAll(page);
  assert.deepEqual(complaints, []);
  await context.close();
});

await test("every act by mouse is a decision", async () => {
  const { page, go, complaints, context } = await visitor(url);
  await aPair(page, go, 1);
  const first = await beads(page);
  await choose(page, 0);
  await act(page, () => button(page, "merge"));
  assert.equal((await held(page)).length, 1);
  await act(page, () => page.click("#grid tr.held .gap"));
  assert.equal((await held(page)).length, 2);
  await choose(page, 0);
  await act(page, () => button(page, "unlink"));
  const [a, b] = (await held(page)).slice(0, 2);
  for (const [source, target] of [a, b]) {
    await page.click(`#grid tr[data-source="${source}"][data-target="${target}"] .bond`);
    await button(page, "mark");
  }
  await act(page, () => button(page, "link"));
  await choose(page, 0);
  await act(page, () => button(page, "accept"));
  const from = (await beads(page)).findIndex((bead, n) => n > 1 && bead[0] && bead[1]);
  const row = (at) => page.locator(`#grid tbody tr:nth-child(${at + 1})`);
  await act(page, () => row(from).locator("td[data-side='1'] .seg").last().dragTo(row(from + 1).locator(".bond")));
  await act(page, () => button(page, "undo"));
  await choose(page, from);
  await act(page, () => button(page, "move_down"));
  await act(page, () => button(page, "undo"));
  await act(page, () => button(page, "redo"));
  await act(page, () => button(page, "undo"));
  await choose(page, from + 1);
  await act(page, () => button(page, "move_up"));
  await act(page, () => button(page, "undo"));
  const full = (await beads(page)).findIndex((bead) => bead[2] !== "held" && bead[0] && bead[1]);
  await choose(page, full);
  await act(page, () => button(page, "reject"));
  await button(page, "note");
  await page.fill("#note-text", "Yoxla");
  await act(page, () => page.click("#noting button[value=save]"));
  await button(page, "help");
  assert.ok(await page.isVisible("#keys"));
  await page.click("#keys button");
  await undoAll(page);
  assert.deepEqual(await beads(page), first);
  assert.deepEqual(complaints, []);
  await context.close();
});

await test("a sentence is cut at a place in it, by keyboard and by mouse, and whole again when that is undone", async () => {
  const { page, go, complaints, context } = await visitor(url);
  await aPair(page, go, 1);
  const first = await beads(page);
  const text = (n) => page.textContent(`#grid td[data-side="0"] .seg[data-n="${n}"]`);
  const at = first.findIndex((bead) => bead[0] && !bead[0].includes(","));
  const n = Number(first[at][0]);
  const whole = (await text(n)).trim();
  const words = whole.split(/\s+/);
  assert.ok(words.length > 3, whole);
  await choose(page, at);
  await page.keyboard.press("c");
  assert.equal(await seen(page), await page.$eval("#grid", (grid) => Number(grid.dataset.seen)));
  assert.ok((await page.textContent("#said")).length > 0, "told that no place is chosen");
  await page.keyboard.press("ArrowRight");
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowLeft");
  assert.equal(await page.evaluate(() => String(getSelection())), words[2]);
  await press(page, "c");
  assert.deepEqual([(await text(n)).trim(), (await text(n + 1)).trim()], [words.slice(0, 2).join(" "), words.slice(2).join(" ")]);
  await press(page, "z");
  assert.deepEqual(await beads(page), first);
  const segment = page.locator(`#grid td[data-side="0"] .seg[data-n="${n}"]`);
  const place = await segment.evaluate((element, word) => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node; (node = texts.nextNode());) {
      const found = node.data.indexOf(word);
      if (found < 0) continue;
      const range = document.createRange();
      range.setStart(node, found + 1);
      range.setEnd(node, found + 2);
      const { left, top, width, height } = range.getBoundingClientRect();
      return [left + width / 2, top + height / 2];
    }
    return null;
  }, ` ${words[1]}`.trim());
  await page.mouse.dblclick(...place);
  assert.equal(await page.evaluate(() => String(getSelection())), words[1]);
  await act(page, () => button(page, "cut"));
  assert.deepEqual([(await text(n)).trim(), (await text(n + 1)).trim()], [words[0], words.slice(1).join(" ")]);
  await act(page, () => button(page, "undo"));
  assert.deepEqual(await beads(page), first);
  assert.deepEqual(complaints, []);
  await context.close();
});

await test("all versions of a work lead to the pair at the bead that is chosen, with one key and with the mouse", async () => {
  const { page, go, complaints, context } = await visitor(url);
  await go("/works");
  await page.click(".works a.open");
  const place = page.url();
  assert.ok((await page.$$("#columns thead th")).length > 2, "a work of more than two versions");
  await page.focus("#columns tbody tr");
  for (const key of ["j", "ArrowDown", "k", "ArrowRight"]) await page.keyboard.press(key);
  const chosen = await page.$eval("#columns td.chosen a.correct", (link) => link.getAttribute("href"));
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.ok(page.url().endsWith(chosen), page.url());
  const [side, n] = new URL(page.url()).search.slice(1).split("=");
  const current = await page.$eval("#grid tr[tabindex='0']", (row) => ({ ...row.dataset }));
  assert.ok((side === "s" ? current.source : current.target).split(",").includes(n), JSON.stringify(current));
  await press(page, "a");
  await press(page, "z");
  await page.goto(place);
  await Promise.all([page.waitForNavigation(), page.locator("#columns tbody tr").nth(2).locator("a.correct").first().click()]);
  assert.ok(await page.$("#grid"));
  assert.deepEqual(complaints, []);
  await context.close();
});

await test("a stale edit is refused with both versions shown, and may be applied again", async () => {
  const [one, two] = [await visitor(url), await visitor(url)];
  const place = await aPair(one.page, one.go, 2);
  await two.go(place);
  await choose(one.page, 0);
  await press(one.page, "m");
  await choose(two.page, 0);
  await two.page.keyboard.press("a");
  await two.page.waitForSelector("#stale[open]");
  assert.deepEqual(await faults(two.page, "stale"), []);
  assert.ok((await two.page.textContent("#mine")).length > 20 && (await two.page.textContent("#theirs")).length > 20);
  assert.equal((await held(two.page)).length, 1, "theirs stands");
  await act(two.page, () => two.page.click("#again"));
  assert.equal(await seen(two.page), (await seen(one.page)) + 1);
  await undoAll(two.page);
  await one.context.close();
  await two.context.close();
});

await test("pairs are taken apart and made", async () => {
  const { page, go, context } = await visitor(url);
  const place = await aPair(page, go, 3);
  const first = await beads(page);
  await Promise.all([page.waitForNavigation(), button(page, "unpair")]);
  assert.equal((await beads(page)).length, 0);
  await Promise.all([page.waitForNavigation(), button(page, "pair")]);
  assert.deepEqual((await beads(page)).map((b) => b.slice(0, 2)), first.map((b) => b.slice(0, 2)));
  await undoAll(page);
  const [, , source, target] = place.split("/");
  await go(`/documents/${target}`);
  await page.fill("[name=other]", source);
  await page.click("form[action='/pair'] button");
  assert.ok(page.url().endsWith(place));
  assert.deepEqual(await beads(page), first);
  // The same by keyboard.
  await page.focus("[data-act=unpair]");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.equal((await beads(page)).length, 0);
  await page.focus("[data-act=pair]");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Space")]);
  assert.equal((await beads(page)).length, first.length);
  await undoAll(page);
  await go(`/documents/${source}`);
  await page.focus("[name=other]");
  await page.keyboard.type(target);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.ok(page.url().endsWith(place));
  await context.close();
});

await test("the queue is worked off with one key a bead", async () => {
  const { page, go, complaints, context } = await visitor(url);
  await go("/queue");
  const rows = await page.$$eval("#queue tbody tr", (rows) => rows.map((row) => row.dataset.address));
  assert.ok(rows.length > 5);
  for (const key of ["a", "x", "e"]) {
    const before = await page.$$eval("#queue tr.held", (rows) => rows.length);
    await page.keyboard.press(key);
    await page.waitForFunction((n) => document.querySelectorAll("#queue tr.held").length > n, before);
  }
  await page.reload();
  const left = await page.$$eval("#queue tbody tr", (rows) => rows.map((row) => row.dataset.address));
  assert.ok(!left.includes(rows[0]) || left.length < rows.length);
  await go("/decisions");
  assert.ok((await page.textContent("table")).includes("Leyla Əliyeva"));
  assert.deepEqual(complaints, []);
  await context.close();
});

await test("a search finds words in four languages, both scripts, phrases and patterns, with what stands beside", async () => {
  const { page, go, context } = await visitor(url);
  const found = async (query) => {
    await go(`/search?${new URLSearchParams(query)}`);
    return page.$$eval(".kwic tr", (rows) => rows.map((row) => [row.querySelector("mark").textContent, row.querySelector("th").textContent.trim().split(" ")[0]]));
  };
  for (const [q, lang] of [["BANKI*", "az"], ["bank*", "en"], ["банк*", "ru"], ["bankasi*", "tr"]]) {
    const hits = await found({ q, lang });
    assert.ok(hits.length > 0 && hits.every(([word, tag]) => word && tag.startsWith(lang)), `${q} ${hits}`);
  }
  const scripts = new Set((await found({ q: "festival*" })).concat(await found({ q: "xalça*" })).map(([, tag]) => tag));
  assert.ok(scripts.has("az-Cyrl") && scripts.has("az"), [...scripts].join());
  assert.ok((await found({ q: "Caspian Sea", mode: "phrase" })).every(([word]) => word === "Caspian Sea"));
  assert.ok((await found({ q: "\\d+ per cent|\\d+%", mode: "regex", lang: "en" })).every(([word]) => /\d/.test(word)));
  assert.ok((await found({ q: "bank*", beside: "ru", least: "0.5" })).length > 0);
  assert.ok((await page.textContent(".kwic td:nth-child(3)")).includes("%"));
  for (const [kind, name] of [["CSV", "search.csv"], ["TMX", "search.tmx"]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(`.tally a:text("${kind}")`)]);
    assert.equal(download.suggestedFilename(), name);
    const text = readFileSync(await download.path(), "utf8");
    assert.ok(text.includes(kind === "CSV" ? "document,sentence" : "<tu tuid="), text.slice(0, 200));
  }
  await go("/search?mode=regex&q=(");
  assert.ok((await page.textContent(".reason")).includes("unclosed group"));
  await context.close();
});

await test("statements are shown in all their renderings, speakers are named, renderings parted and joined", async () => {
  const { page, go, complaints, context } = await visitor(url);
  await go("/quotes");
  const statements = await page.$$eval(".works a.open", (links) => links.map((link) => link.getAttribute("href")));
  assert.ok(statements.length > 5, "statements of the sample");
  await go(statements[0]);
  const place = new URL(page.url()).pathname;
  const renderings = () => page.$$eval(".renderings > li", (items) => items.length);
  const first = await renderings();
  assert.ok(first > 1);
  assert.ok((await page.textContent(".renderings mark")).length > 10);
  const settled = (body) => Promise.all([page.waitForNavigation(), body()]);
  const form = page.locator(".renderings form[data-act*='\"speaker\"']").first();
  await form.locator("input").fill("Ayten <i>Məmmədova</i>");
  await settled(() => form.locator("button").click());
  assert.ok((await page.textContent(".renderings .place")).includes("Ayten <i>Məmmədova</i>"));
  await settled(() => page.locator("form[data-act*=undo] button").first().click());
  assert.ok(!(await page.textContent(".renderings .place")).includes("Məmmədova</i>"));
  // By keyboard, and what is undone is as it was.
  await form.locator("input").focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Aytən Məmmədova");
  await settled(() => page.keyboard.press("Enter"));
  assert.ok((await page.textContent(".renderings .place")).includes("Aytən Məmmədova"));
  run("export", store, "-o", path.join(folder, "speakers"), "--format", "tei");
  const tei = readdirSync(path.join(folder, "speakers/tei")).map((name) => readFileSync(path.join(folder, "speakers/tei", name), "utf8"));
  assert.ok(tei.join().includes("Aytən Məmmədova"), "the TEI has the speaker");
  await page.locator("form[data-act*=undo] button").first().focus();
  await settled(() => page.keyboard.press("Enter"));
  assert.ok(!(await page.textContent(".renderings .place")).includes("Məmmədova"));
  const lasting = await page.getAttribute(".renderings a.lasting", "href");
  await go(lasting);
  assert.equal(new URL(page.url()).pathname, place, "the permanent link leads to the statement");
  await settled(() => page.locator("form[data-act*=rendering] button").last().click());
  assert.equal(await renderings(), first - 1);
  await page.fill("[name=other]", statements[1].split("/")[2]);
  await settled(() => page.click(`form[action="${place}/decisions"] button`));
  assert.ok((await renderings()) >= first);
  const joined = await renderings();
  await page.locator("form[data-act*=rendering] button").last().focus();
  await settled(() => page.keyboard.press("Enter"));
  assert.equal(await renderings(), joined - 1, "parted by keyboard");
  await page.focus("[name=other]");
  await page.keyboard.type(statements[2].split("/")[2]);
  await settled(() => page.keyboard.press("Enter"));
  assert.ok((await renderings()) > joined - 1, "joined by keyboard");
  await go("/quotes");
  const left = await page.$$eval(".works a.open", (links) => links.map((link) => link.getAttribute("href")));
  assert.ok(!left.includes(statements[2]), "what was joined is no statement of its own in the list");
  await go("/search?q=*&form=indirect");
  await go("/search?mode=regex&q=.&form=direct&lang=en");
  assert.ok((await page.$$(".kwic tr")).length > 3);
  assert.deepEqual(complaints, []);
  await context.close();
});

await test("quotes are marked with their speaker where beads are", async () => {
  const { page, go, context } = await visitor(url);
  await aPair(page, go, 0);
  const named = await page.$$eval(".quoted[data-speaker]", (quotes) => quotes.map((quote) => quote.dataset.speaker));
  assert.ok(named.length > 0);
  await context.close();
});

await test("the corrections are in the TMX and in the TEI", async () => {
  const { page, go, context } = await visitor(url);
  await aPair(page, go, 4);
  await choose(page, 0);
  await press(page, "m");
  await press(page, "a");
  await context.close();
  run("export", store, "-o", path.join(folder, "exports"), "--format", "tmx,tei");
  const tmx = readdirSync(path.join(folder, "exports/tmx")).map((name) => readFileSync(path.join(folder, "exports/tmx", name), "utf8")).join();
  assert.match(tmx, /changedate="\d{8}T\d{6}Z" changeid="Leyla Əliyeva"/);
  assert.match(tmx, /x-ConfirmationLevel">Translated/);
  const tei = readFileSync(path.join(folder, "exports/tei/corpus.xml"), "utf8");
  assert.match(tei, /resp="#reviewer\.1" ana="#align\.[^"]+ #method\.reviewed"/);
  assert.match(tei, /<change when="[^"]+" who="#reviewer\.1">/);
});

await test("a read-only review shows everything and decides nothing", async () => {
  const closed = await serve(store, "--read-only");
  const { page, go, context } = await visitor(closed);
  const place = await aPair(page, go, 0);
  assert.equal(await page.$(".toolbar"), null);
  await page.keyboard.press("a");
  const status = await page.evaluate(async (address) => (await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" })).status, `${place}/decisions`);
  assert.equal(status, 403);
  await context.close();
});

await test("what a page says is text everywhere, whatever it says", async () => {
  const evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover=\"alert(3)\u202Egnp.exe\u0007 {{7*7}} javascript:alert(4)";
  const escaped = evil.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  mkdirSync(path.join(folder, "evil"));
  const html = (lang, other, text) => `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>${escaped}</title>
    <meta property="og:title" content="${escaped}"><meta property="og:site_name" content="${escaped} ${lang}"><meta name="author" content="${escaped}">
    <link rel="canonical" href="https://evil.example/${lang}"><link rel="alternate" hreflang="${other}" href="https://evil.example/${other}">
    <link rel="alternate" hreflang="${lang}" href="https://evil.example/${lang}">
    <meta property="article:published_time" content="2025-06-12T09:00:00Z"></head><body><article><h1>${escaped}</h1>${text}</article></body></html>`;
  const [en, ru] = [["The minister met 60 people in Baku.", "The bank's income grew by 15 per cent."], ["Министр встретился с 60 людьми в Баку.", "Доход банка вырос на 15 процентов."]];
  const paragraphs = (texts) => texts.map((text) => `<p>${text} ${escaped} ${text}</p>`).join("");
  writeFileSync(path.join(folder, "evil/en.html"), html("en", "ru", paragraphs(en)));
  writeFileSync(path.join(folder, "evil/ru.html"), html("ru", "en", paragraphs(ru)));
  run("run", path.join(folder, "evil"), "-o", path.join(folder, "evil-out"), "--quiet");
  const { page, go, complaints, context } = await visitor(await serve(path.join(folder, "evil-out/corpus.korpu"), "--reviewer", evil));
  const pages = ["/", "/quotes", "/works", "/documents", "/queue?to=1.1", "/search?q=minister", `/search?q=${encodeURIComponent(evil)}`, "/decisions", "/refusals", `/${encodeURIComponent(evil)}`];
  // What turns the direction of a text turns no other text: it stands in an element of its own.
  const turned = () => page.evaluate(() => {
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node; (node = texts.nextNode());) {
      if (/[\u202A-\u202E\u2066-\u2069]/.test(node.data) && !node.parentElement.closest("bdi, [dir=auto], option, textarea")) found.push(node.parentElement.outerHTML.slice(0, 200));
      // eslint-disable-next-line no-control-regex
      if (/[\u0000-\u0008\u000E-\u001F]/.test(node.data)) found.push("a control character");
    }
    return found;
  });
  for (const address of pages) {
    await go(address);
    assert.equal(await page.$("main script, main img, [onmouseover]"), null, address);
    assert.deepEqual(await turned(), [], address);
  }
  await go("/documents");
  assert.ok((await page.textContent("main")).includes("<script>alert(1)</script>"));
  await page.click(".list a");
  assert.ok((await page.textContent("article")).includes("<script>alert(1)</script>"));
  assert.equal(await page.$("main script, main img, main [onmouseover]"), null);
  assert.deepEqual(await turned(), []);
  await page.click(".pairs a");
  assert.ok((await page.textContent("#grid")).includes("onerror=alert(2)"));
  assert.deepEqual(await turned(), []);
  await choose(page, 0);
  await press(page, "a");
  assert.equal(await page.$("main script, main img, main [onmouseover]"), null);
  assert.deepEqual(complaints, []);
  await context.close();
});

const seeds = path.join(process.env.KORPU_SHARED ?? path.join(home, "../shared"), "data/seeds");
if (existsSync(seeds) || process.env.CI) {
  await test("the renderings of the seeds are compared, each difference named with its words", async () => {
    run("run", seeds, "-o", path.join(folder, "seeds"), "--quiet");
    const { page, go, complaints, context } = await visitor(await serve(path.join(folder, "seeds/corpus.korpu")));
    await go("/quotes");
    const statements = await page.$$eval(".works a.open", (links) => links.map((link) => link.getAttribute("href")));
    const names = new Set();
    for (const address of statements) {
      await go(address);
      for (const line of await page.$$eval(".differences li", (lines) => lines.map((line) => [line.querySelector("b").textContent, line.querySelector("del, ins")?.textContent]))) {
        names.add(line[0]);
        assert.ok(line[1], `${line[0]} without words`);
      }
    }
    assert.ok([...names].some((name) => name.startsWith("hedge")) && [...names].some((name) => name.startsWith("passage")), [...names].join());
    await go(statements[0]);
    assert.deepEqual(await faults(page, "seeds"), []);
    assert.deepEqual(complaints, []);
    await context.close();
  });
} else {
  console.log(`skip  the seeds: ${seeds} is not there`);
}

await browser.close();
servers.forEach((server) => server.kill());
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
