#!/usr/bin/env python3
"""Writes a translation memory of any size: the sentence pairs of the gold, Azerbaijani and English, with other numbers in each copy.

    python3 benches/synthetic_tmx.py 100000 > memory.tmx        100,000 units, 41 MB
"""
import random
import re
import sys
from pathlib import Path
from xml.sax.saxutils import escape

GOLD = Path(__file__).resolve().parent.parent / "corpus" / "gold"


def lines(path):
    """The sentences of a document: blank lines part paragraphs."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def pairs():
    """The 1-1 beads of the gold between Azerbaijani and English."""
    for path in sorted((GOLD / "beads").glob("*.az--*.en.beads")):
        source, target = path.name.removesuffix(".beads").split("--")
        az, en = (lines(GOLD / "docs" / f"{name}.txt") for name in (source, target))
        for bead in path.read_text(encoding="utf-8").splitlines():
            match = re.match(r"\[(\d+)\]:\[(\d+)\]", bead)
            if match:
                yield az[int(match[1])], en[int(match[2])]


def main():
    count, rng, known = int(sys.argv[1]), random.Random(6), list(pairs())
    out = sys.stdout
    out.reconfigure(encoding="utf-8")
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n')
    out.write('<header creationtool="synthetic" creationtoolversion="1" segtype="sentence" o-tmf="synthetic" adminlang="en" ')
    out.write('srclang="az" datatype="plaintext" creationdate="20260101T000000Z"/>\n<body>\n')
    for n in range(count):
        az, en = known[rng.randrange(len(known))]
        number = rng.randrange(10, 10_000_000)
        az, en = escape(f"{az} ({number})"), escape(f"{en} ({number})")
        date = f"2026{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}T{rng.randrange(24):02}0000Z"
        out.write(f'<tu tuid="{n + 1}" creationdate="{date}" creationid="synthetic"><prop type="x-document">{number % 997}</prop>\n')
        out.write(f'<tuv xml:lang="az"><seg>{az}</seg></tuv>\n<tuv xml:lang="en" changedate="{date}"><seg>{en}</seg></tuv></tu>\n')
    out.write("</body>\n</tmx>\n")


main()
