"""A work is one news item; its pages tell it in several languages and outlets.

This module reads corpus/works/<work>/<page>.txt: a header of `key: value` lines, a line `---`, then one block a line.
Marks in the blocks carry the gold: `[3]` begins a sentence and names the content units it says, `{{q1 direct|Speaker|..}}`
wraps reported speech, `<<..>>` the words in marks of a mixed quote. What leaves this module is text without marks,
with everything they said kept as offsets.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

MARK = re.compile(
    r"\[(?P<units>x|\d+[a-d]?(?:\+\d+[a-d]?)*)\]\s*"
    r"|\{\{(?P<id>q\d+) (?P<form>direct|mixed|indirect|headline)\|(?P<speaker>[^|]+)\|"
    r"|(?P<close>\}\})|(?P<open_marked><<)|(?P<close_marked>>>)"
)
KINDS = {"h", "p", "li", "bq", "cap"}


@dataclass
class Stretch:
    """A piece of reported speech: a statement may have several in one document (a tag stands between them)."""

    id: str
    form: str
    speaker: str
    start: int
    end: int = -1
    marked: list = field(default_factory=list)


@dataclass
class Block:
    """One block of a page: its text, its sentences and its quotes as offsets (in characters) into that text."""

    kind: str
    text: str = ""
    sentences: list = field(default_factory=list)
    units: list = field(default_factory=list)
    quotes: list = field(default_factory=list)

    def sentence_texts(self):
        return [self.text[start:end] for start, end in self.sentences]


@dataclass
class Page:
    """One page of a work: what its header says, and its blocks, title first."""

    work: str
    stem: str
    header: dict
    blocks: list

    def __getattr__(self, key):
        """The header's keys, empty where the page does not have them."""
        if key.startswith("__"):
            raise AttributeError(key)
        return self.header.get(key, "")

    @property
    def doc(self):
        """The name of its gold document."""
        return f"{self.work}.{self.stem}"

    @property
    def headline(self):
        return self.blocks[0].text

    @property
    def url(self):
        return f"https://{self.site}{self.path}"

    @property
    def offered(self):
        """(language, path) of the versions the site offers of this page, itself among them."""
        return [tuple(entry.split("=", 1)) for entry in self.versions.split()]

    @property
    def file(self):
        """Where its HTML stands in corpus/sample."""
        return f"{self.site.removesuffix('.example')}/{self.work}.{self.lang}.html"

    def sentences(self):
        """(block number, text, units) of every sentence; its place in the list is its id."""
        return [
            (number, text, units)
            for number, block in enumerate(self.blocks)
            for text, units in zip(block.sentence_texts(), block.units)
        ]


def read_block(kind, marked_text):
    """Takes the marks out of a block. Sentences end up one space apart, whatever the file has between them."""
    block, stretch, marked_start, at = Block(kind), None, None, 0
    starts = []
    for mark in MARK.finditer(marked_text):
        block.text += marked_text[at : mark.start()]
        at = mark.end()
        if mark["units"]:
            if block.text.strip():
                block.text = block.text.rstrip() + " "
            starts.append(len(block.text))
            names = [] if mark["units"] == "x" else mark["units"].split("+")
            # 5a and 5b together say unit 5.
            block.units.append(frozenset(int(name.rstrip("abcd")) for name in names))
        elif mark["id"]:
            stretch = Stretch(mark["id"], mark["form"], mark["speaker"], len(block.text))
            block.quotes.append(stretch)
        elif mark["close"]:
            stretch.end = len(block.text)
        elif mark["open_marked"]:
            marked_start = len(block.text)
        else:
            stretch.marked.append((marked_start, len(block.text)))
    block.text = (block.text + marked_text[at:]).rstrip()
    ends = [start - 1 for start in starts[1:]] + [len(block.text)]
    block.sentences = list(zip(starts, ends))
    if starts[:1] != [0] or any(q.end < 0 for q in block.quotes) or re.search(r"\{\{|\}\}|<<|>>", block.text):
        raise ValueError(f"marks do not fit together: {marked_text[:80]}")
    return block


def read_page(path):
    head, separator, body = path.read_text(encoding="utf-8").partition("\n---\n")
    if not separator:
        raise ValueError(f"{path}: no line `---` after the header")
    header = {}
    for line in filter(str.strip, head.split("\n")):
        key, _, value = line.partition(":")
        header[key.strip()] = value.strip()
    blocks = [read_block("title", f"[{header['headline-unit']}] {header['title']}")]
    if "lead" in header:
        blocks.append(read_block("lead", header["lead"]))
    for line in filter(str.strip, body.split("\n")):
        kind, _, text = line.partition("| ")
        if kind not in KINDS:
            raise ValueError(f"{path}: not a block: {line[:60]}")
        blocks.append(read_block(kind, text))
    page = Page(path.parent.name, path.stem, header, blocks)
    if page.stem != f"{page.template}.{page.lang}":
        raise ValueError(f"{path}: the header says {page.template}.{page.lang}")
    return page


def read_works(folder: Path):
    """All pages by work, both in the order of their names."""
    return {
        work.name: [read_page(path) for path in sorted(work.glob("*.txt"))]
        for work in sorted(folder.iterdir())
        if work.is_dir()
    }
