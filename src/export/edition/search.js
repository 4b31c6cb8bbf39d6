
"use strict";
// Case and accents aside, and the dots of i: who types "ilham" finds "İlham".
const plain = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/ı/g, "i");
// The same, with the place that each letter of it has in the text.
const traced = text => {
  const letters = [], places = [];
  let at = 0;
  for (const letter of text) {
    for (const unit of plain(letter)) { letters.push(unit); places.push(at); }
    at += letter.length;
  }
  places.push(at);
  return [letters, places];
};
const box = document.querySelector("search"), field = box.querySelector("input"), told = box.querySelector("output");
const rows = [...document.querySelectorAll("[data-row], .statement")].map(row => [row, plain(row.textContent)]);
const mark = (row, words, ranges) => {
  const walk = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const [letters, places] = traced(node.data);
    const text = letters.join("");
    // Places count letters, and a letter beyond the basic plane is two units of the joined text.
    const units = letters.flatMap((letter, n) => Array(letter.length).fill(n)).concat(letters.length);
    for (const word of words) {
      for (let from = 0; (from = text.indexOf(word, from)) >= 0; from += word.length) {
        const range = new Range();
        range.setStart(node, places[units[from]]);
        range.setEnd(node, places[units[from + word.length]]);
        ranges.push(range);
      }
    }
  }
};
const search = () => {
  const words = plain(field.value).split(/\s+/).filter(word => word), ranges = [];
  let found = 0;
  for (const [row, text] of rows) {
    const hit = words.every(word => text.includes(word));
    row.hidden = !hit;
    found += hit;
    if (hit && words.length && ranges.length < 5000) mark(row, words, ranges);
  }
  told.textContent = words.length ? found + " of " + rows.length : "";
  if (window.Highlight) CSS.highlights.set("found", new Highlight(...ranges));
};
field.addEventListener("input", search);
box.hidden = false;
search();
