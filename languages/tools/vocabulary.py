#!/usr/bin/env python3
"""Ranks the words of each language by how common they are: CACHE/<tag>.vocabulary.tsv, from which vectors.py chooses.

usage: vocabulary.py        (about four minutes; needs numpy and Debian's tesseract-ocr for its tools)

The words are those of Debian's tesseract-ocr lists (Apache-2.0) and the single words of our own lexicon. The lists tell no
frequencies. A word is as common as multilingual-e5-small's pieces make it (their probabilities are over a hundred
languages) times the square of the probability that it is of this language and no other, by the n-gram models of ngrams.py.
"""

import math
import re
import unicodedata

import encoder
import ngrams
import sources

LISTS = {"az": "aze", "en": "eng", "ru": "rus", "tr": "tur"}
LETTERS = {
    "az": "abcçdeəfgğhxıijkqlmnoöprsştuüvyzw",
    "en": "abcdefghijklmnopqrstuvwxyz",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyzqwx",
}
# Letters that writers leave out or put for another (`variants` in language.toml).
VARIANTS = str.maketrans("ёâîû", "еaiu")
# So many of the words that the pieces find most common are looked at.
LOOKED_AT = 120000
# A word this much more common in another of our languages is a stranger here, unless it is among the first.
STRANGER, FIRST = 8, 3000


def normal(word, tag):
    return sources.lower(unicodedata.normalize("NFC", word), tag).translate(VARIANTS)


def lexicon(tag):
    """The single words of our lexicon."""
    words = set()
    for line in (ngrams.LANGUAGES / tag / "lexicon.tsv").read_text(encoding="utf-8").splitlines():
        words.update(w for w in (normal(f, tag) for f in line.split("\t")[1].split("|")) if w.isalpha() and len(w) > 1)
    return words


def log_probability(model, word):
    total = 0.0
    for end in range(1, len(word) + 1):
        most = min(ngrams.ORDER, end)
        for n in range(most, 0, -1):
            p = model.get(word[end - n : end])
            if p is not None:
                total += p - ngrams.BACK_OFF * (most - n)
                break
        else:
            total += ngrams.UNSEEN - ngrams.BACK_OFF * (most - 1)
    return total


def ranked(tag, pieces, models):
    """The words of a language, the most common first."""
    fits = set(LETTERS[tag])
    # A capital I is more often another language's i than a ı.
    forms = (w for w in sources.words(LISTS[tag]) if not ("I" in w and "ı" in LETTERS[tag]))
    words = {re.split("['’]", normal(w, tag))[0] for w in forms}
    own = lexicon(tag)
    words = [w for w in words | own if 2 <= len(w) <= 24 and fits.issuperset(w)]
    common = {w: pieces.frequency(w, tag) for w in words}
    words.sort(key=lambda w: (-common[w], w))
    words = words[:LOOKED_AT] + [w for w in words[LOOKED_AT:] if w in own]
    for w in words:
        every = {other: log_probability(model, w) for other, model in models.items()}
        best = max(every.values())
        common[w] += 2 * (every[tag] - best - math.log(sum(math.exp(p - best) for p in every.values())))
    return sorted(words, key=lambda w: (-common[w], w)), own


def main():
    pieces = encoder.Pieces()
    models = {tag: ngrams.lingua(tag) for tag in ngrams.LINGUA}
    scripts = [{t: m for t, m in models.items() if (t in ngrams.CYRILLIC) == cyrillic} for cyrillic in (False, True)]
    lists = {tag: ranked(tag, pieces, scripts[tag in ngrams.CYRILLIC]) for tag in LISTS}
    ranks = {tag: {w: r for r, w in enumerate(words)} for tag, (words, _) in lists.items()}
    for tag, (words, own) in lists.items():
        strange = lambda w, r: r > FIRST and any(STRANGER * ranks[o].get(w, r) < r for o in LISTS if o != tag)
        kept = [w for r, w in enumerate(words) if w in own or not strange(w, r)]
        lines = [f"{w}\t{int(w in own)}\n" for w in kept]
        (sources.CACHE / f"{tag}.vocabulary.tsv").write_text("".join(lines), encoding="utf-8")
        print(tag, len(kept), " ".join(kept[:40]), "...", " ".join(kept[15000:15020]), flush=True)


if __name__ == "__main__":
    main()
