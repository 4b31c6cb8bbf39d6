#!/usr/bin/env python3
"""Makes corpus/sample (saved HTML pages) and corpus/gold (what is true of them) from corpus/works.

usage: make_sample.py            writes both
       make_sample.py --check    compares with what is on disk; exit 1 with the names that differ

Either way every page is read back with an HTML parser and the gold is held against it first.
"""

import json
import re
import sys
from collections import Counter
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import gold
import pages
import works

CORPUS = Path(__file__).resolve().parent.parent
COUNTS = re.compile(r"(<!-- counts: .*? -->\n).*?(<!-- /counts -->)", re.DOTALL)
SILENT = {"script", "style", "head"}


class Reader(HTMLParser):
    """What a reader sees of a page, its title, and its JSON-LD."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.text, self.title, self.json = [], "", "", []
        self.feed(text)
        self.close()
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag, attributes):
        if tag in SILENT | {"title"}:
            self.open.append(tag)
            self.in_json = dict(attributes).get("type") == "application/ld+json"
        elif tag in ("p", "div", "li", "td", "h1", "h2", "h3", "figcaption"):
            self.text += " "

    def handle_endtag(self, tag):
        if tag in self.open:
            del self.open[self.open.index(tag) :]

    def handle_data(self, text):
        if self.open[-1:] == ["script"]:
            self.json += [text] if self.in_json else []
        elif "title" in self.open and not self.title:
            self.title = text
        elif not self.open:
            self.text += text


def faults(all_works, sample):
    """What is wrong with pages and gold, in words; nothing if all is well."""
    for work, work_pages in all_works.items():
        for page in work_pages:
            reader = Reader(sample[page.file].decode(pages.CODECS[page.encoding]))
            if page.headline not in reader.title:
                yield f"{page.file}: <title> lacks the headline"
            for _, sentence, _ in page.sentences():
                if (times := reader.text.count(sentence)) != 1:
                    yield f"{page.file}: seen {times} times: {sentence[:60]}"
            for script in reader.json:
                json.loads(script)
        for source, target, _ in gold.pairs(work_pages):
            beads = gold.sentence_beads(source, target)
            for side, page in enumerate((source, target)):
                covered = sorted(number for bead in beads for number in bead[side])
                if covered != list(range(len(page.sentences()))):
                    yield f"{source.doc}--{target.doc}: {page.doc} is not covered once"
        texts = {page.doc: gold.document(page).encode() for page in work_pages}
        for record in gold.quotes(work, work_pages):
            for rendering in record["renderings"]:
                for start, end in rendering["spans"] + rendering.get("marked", []):
                    said = texts[rendering["doc"]][start:end].decode()
                    if said != said.strip() or "\n\n" in said:
                        yield f"{rendering['doc']}: {record['id']} has a span with loose ends: {said[:60]}"
    for (one, page), (other, _) in combinations(sample.items(), 2):
        if page == other:
            yield f"{one}: the same bytes as {other}"


def counts(all_works):
    """The figures of the data statement, as Markdown tables."""
    every = [page for work_pages in all_works.values() for page in work_pages]
    lines = ["| language | pages | blocks | sentences | characters |", "| --- | ---: | ---: | ---: | ---: |"]
    groups = {lang: [page for page in every if page.lang == lang] for lang in sorted({page.lang for page in every})}
    for name, group in [*groups.items(), ("all", every)]:
        blocks = [block for page in group for block in page.blocks]
        sentences = sum(len(block.sentences) for block in blocks)
        characters = sum(len(block.text) for block in blocks)
        lines.append(f"| {name} | {len(group)} | {len(blocks)} | {sentences} | {characters} |")
    shapes = {kind: Counter() for kind in ("version", "witness", "event")}
    number = Counter()
    for work_pages in all_works.values():
        for source, target, kind in gold.pairs(work_pages):
            number[kind] += 1
            for left, right in gold.sentence_beads(source, target):
                shape = (min(len(left), 3), min(len(right), 3))
                name = "0" if 0 in shape else "1-1" if shape == (1, 1) else "m-n"
                shapes[kind][name] += 1
    lines += ["", "| pairs | number | beads 1-1 | larger | without a partner |", "| --- | ---: | ---: | ---: | ---: |"]
    for kind, count in shapes.items():
        lines.append(f"| {kind} | {number[kind]} | {count['1-1']} | {count['m-n']} | {count['0']} |")
    records = [record for work, work_pages in all_works.items() for record in gold.quotes(work, work_pages)]
    forms = Counter(rendering["form"] for record in records for rendering in record["renderings"])
    listed = ", ".join(f"{count} {form}" for form, count in forms.most_common())
    lines += ["", f"{len(all_works)} works; {len(records)} statements in {forms.total()} renderings: {listed}."]
    return "\n".join(lines) + "\n"


def made():
    """Every file this script owns, by its path in corpus/."""
    all_works = works.read_works(CORPUS / "works")
    furniture = pages.Furniture()
    every = [page for work_pages in all_works.values() for page in work_pages]
    sample = {page.file: furniture.render(page) for page in every}
    if len(sample) < len(every):
        raise ValueError("two pages want one file name")
    if found := list(faults(all_works, sample)):
        sys.exit("\n".join(found))
    readme = (CORPUS / "gold/README.md").read_text(encoding="utf-8")
    texts = gold.files(all_works) | {"README.md": COUNTS.sub(lambda m: m[1] + counts(all_works) + m[2], readme)}
    return {f"sample/{name}": data for name, data in sample.items()} | {
        f"gold/{name}": text.encode() for name, text in texts.items()
    }


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    files = made()
    on_disk = {
        path.relative_to(CORPUS).as_posix(): path
        for folder in ("sample", "gold")
        for path in (CORPUS / folder).rglob("*")
        if path.is_file()
    }
    differing = sorted(name for name in files if name not in on_disk or on_disk[name].read_bytes() != files[name])
    stale = sorted(on_disk.keys() - files.keys())
    if arguments:
        print(*(differing + stale), sep="\n", end="\n" if differing or stale else "")
        return 1 if differing or stale else 0
    for name in stale:
        on_disk[name].unlink()
    for name in differing:
        path = CORPUS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name])
    print(f"{len(files)} files, {len(differing)} written, {len(stale)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
