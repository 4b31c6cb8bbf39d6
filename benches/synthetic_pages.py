#!/usr/bin/env python3
"""Writes N pages varied from the sample corpus, to see how korpu does with many.

usage: synthetic_pages.py N OUT [--seed SEED] [--every DAYS]

A copy is all pages of corpus/works told once more with other people, places, numbers and dates, rendered by the site
designs of the sample in the encodings of the sample. Within a copy of a work all pages are changed alike, whatever their
language, so that they are still versions of it and still offer each other; the copies of a work stand DAYS apart, so that
no two of them are one event. Addresses carry the number of the copy; now and then a page lacks a paragraph or says one
twice. A page is OUT/<thousand>/<copy>.<work>.<page>.html; no folder holds more than 1,000. The same N, SEED and
DAYS give the same bytes, and the pages of a smaller N are the first of a larger one.
"""

import argparse
import copy
import re
import sys
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "corpus/tools"))

import pages  # noqa: E402
import works  # noqa: E402

FOLDER = 1000
# Endings that a month may have in running text: kept as they are, though vowel harmony might want others. Russian has a set
# for each month, see `ending`.
MONTH_ENDINGS = {"az": "(?:ın|in|un)?(?:d[aə]n?|[aə]d[əa]k)?", "az-Cyrl": "(?:ын|ин|ун)?(?:д[аә]н?)?", "ru": "[ьйаяе]?"}
SOFT, HARD, SHORT = ("ь", "я", "е"), ("", "а", "е"), ("й", "я", "е")
YEARS = range(1900, 2100)
CAPITALISED = re.compile(rf"(?<=[^\W\d_{pages.CAPITAL}] )[{pages.CAPITAL}][^\W\d_]{{2,}}")
# The letters of one sound in all our alphabets; those of English digraphs (sh, kh, th) stay as they are.
SOUNDS = {"latin": "bdvzmnlrptsk", "cyrillic": "бдвзмнлрптск"}
# So much of a name changes: its ending may be a case.
HEAD = 5
# A name in the news of so many works belongs to the region, not to the story.
COMMON = 3


class Variation:
    """How one copy of a work differs: days, years, numbers and names, the same in every language."""

    def __init__(self, seed, number, work, every):
        self.key = (seed, number, work)
        self.days = timedelta(days=-(every * number + pages.draw("days", *self.key) % 3) if number else 0)
        order = sorted(range(len(SOUNDS["latin"])), key=lambda place: pages.draw("sound", place, *self.key))
        self.letters = {
            one: letters[order[place]]
            for letters in SOUNDS.values()
            for place, one in enumerate(letters)
        } if number else {}

    def moment(self, iso):
        """An ISO 8601 moment, its time and zone kept."""
        return (date.fromisoformat(iso[:10]) + self.days).isoformat() + iso[10:] if iso else iso

    def number(self, digits):
        """A number of as many digits; what has one digit is also written in words, and stays."""
        if len(digits) == 1 or not self.letters:
            return digits
        low = 10 ** (len(digits) - 1)
        return str(low + pages.draw("number", digits, *self.key) % (9 * low))

    def name(self, word):
        """The name with other consonants."""
        head = []
        for place, letter in enumerate(word):
            other = self.letters.get(letter.lower()) if place < HEAD and word[place + 1 : place + 2] != "h" else None
            head.append(letter if not other else other.upper() if letter.isupper() else other)
        return "".join(head)


class Language:
    """What must be known of a language to change its texts: its months, and which capitalised words are names."""

    def __init__(self, tag, words, pages_by_work):
        self.tag = tag
        self.months = [self.stem(month) for month in words["months"]]
        months = "|".join(self.months)
        self.token = re.compile(
            rf"(?:(?P<before>\d{{1,2}})(?P<space>[ \u00a0]))?\b(?P<month>{months})(?P<ending>{MONTH_ENDINGS.get(tag, '')})\b"
            r"(?:(?P<gap>[ \u00a0])(?P<after>\d{1,2})(?!\d))?"
            r"|(?P<digits>\d+)|(?P<word>[^\W\d_]+)"
        )
        texts = {
            work: "\n".join(text for page in group for block in page.blocks for text in block.sentence_texts())
            for work, group in pages_by_work.items()
        }
        ordinary = {word for text in texts.values() for word in re.findall(r"[^\W\d_]+", text) if word.islower()}
        ordinary |= {word.lower() for weekday in words["weekdays"] for word in weekday.split()}
        heads = {
            work: {name[:HEAD] for name in CAPITALISED.findall(text) if name.lower() not in ordinary}
            for work, text in texts.items()
        }
        spread = {head: sum(head in others for others in heads.values()) for own in heads.values() for head in own}
        self.names = {work: {head for head in own if spread[head] < COMMON} for work, own in heads.items()}

    def stem(self, month):
        """What all forms of a month share."""
        return month[:-1] if self.tag == "ru" else month

    def ending(self, old, new, ending):
        if self.tag != "ru":
            return ending
        endings = {"ма": SHORT, "март": HARD, "август": HARD}
        forms = endings.get(old, SOFT)
        return endings.get(new, SOFT)[forms.index(ending)] if ending in forms else ending

    def vary(self, text, page, variation):
        published = date.fromisoformat(page.published[:10])
        years = (published + variation.days).year - published.year

        def token(found):
            if digits := found["digits"]:
                return str(int(digits) + years) if int(digits) in YEARS else variation.number(digits)
            if word := found["word"]:
                return variation.name(word) if word[:HEAD] in self.names[page.work] else word
            place = self.months.index(found["month"])
            day = int(found["before"] or found["after"] or 15)
            try:
                moved = date(published.year, place + 1, day) + variation.days
            except ValueError:
                return found[0]
            month = self.months[moved.month - 1]
            before = f"{moved.day}{found['space']}" if found["before"] else ""
            after = f"{found['gap']}{moved.day}" if found["after"] and not found["before"] else ""
            if found["after"] and found["before"]:
                after = found["gap"] + found["after"]
            return before + month + self.ending(found["month"], month, found["ending"]) + after

        return self.token.sub(token, text)


def vary_path(path, variation, number):
    """The path with its date moved and the number of the copy before its suffix."""

    def moved(found):
        parts = [int(part) for part in re.split("[/-]", found[0])]
        day = date(parts[0], parts[1], parts[2] if len(parts) > 2 else 15) + variation.days
        return f"{day:%Y}{found[1]}{day:%m}" + (f"{found[1]}{day:%d}" if len(parts) > 2 else "")

    path = re.sub(r"20\d\d([/-])\d\d(?:\1\d\d)?(?!\d)", moved, path)
    stem, slash, suffix = re.fullmatch(r"(.*?)(/?)((?:\.\w+)?)", path).groups()
    return f"{stem}-{number:05}{slash}{suffix}"


def vary(page, language, variation, number):
    """The page in this copy."""
    out = copy.copy(page)
    out.work = f"{page.work}-{number:05}"
    header = dict(page.header)
    header |= {key: variation.moment(header[key]) for key in ("published", "modified") if key in header}
    header["path"] = vary_path(page.path, variation, number)
    header["versions"] = " ".join(f"{lang}={vary_path(path, variation, number)}" for lang, path in page.offered)
    out.header = header
    out.blocks = []
    paragraphs = 0
    for block in page.blocks:
        varied = works.Block(block.kind, units=block.units)
        for sentence in block.sentence_texts():
            text = language.vary(sentence, page, variation)
            start = len(varied.text) + (1 if varied.text else 0)
            varied.text += (" " if varied.text else "") + text
            varied.sentences.append((start, start + len(text)))
        paragraphs += block.kind == "p"
        lot = pages.draw("paragraph", page.doc, paragraphs, *variation.key) % 30 if block.kind == "p" else -1
        # The first paragraphs stay: a page of nothing but a title would be another test.
        often = 1 if paragraphs < 4 or not variation.letters else {0: 0, 1: 0, 2: 0, 3: 2}.get(lot, 1)
        out.blocks += [varied] * often
    if page.doc in pages.NO_CHARSET:
        pages.NO_CHARSET.add(out.doc)
    return out


def synthetic(count, seed, every):
    """(name, bytes) of each page."""
    all_works = works.read_works(ROOT / "corpus/works")
    furniture = pages.Furniture()
    base = [page for group in all_works.values() for page in group]
    languages = {
        tag: Language(tag, furniture.languages[tag], {
            work: [page for page in group if page.lang == tag] for work, group in all_works.items()
        })
        for tag in {page.lang for page in base}
    }  # fmt: skip
    for made in range(count):
        number, page = made // len(base), base[made % len(base)]
        variation = Variation(seed, number, page.work, every)
        varied = vary(page, languages[page.lang], variation, number)
        yield f"{made // FOLDER:03}/{number:05}.{page.doc}.html", furniture.render(varied)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", metavar="N", type=int)
    parser.add_argument("out", metavar="OUT", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", metavar="DAYS", type=int, default=11)
    arguments = parser.parse_args()
    for name, data in synthetic(arguments.count, arguments.seed, arguments.every):
        path = arguments.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main()
