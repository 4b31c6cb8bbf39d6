#!/usr/bin/env python3
"""Measures a korpu binary with ../shared/tools/measure.py and holds the figures against floors.

usage: floors.py MEASURE KORPU SHARED      MEASURE: html langid segment align pair quotes seeds

A floor stands just under what was measured when it was set. It rises freely; it falls only in a commit that says why.
It holds for the data it was set on, told by number of files and bytes.
"""

import re
import subprocess
import sys
from pathlib import Path

# What each measure runs on.
DATA = {
    "html": "html/dev",
    "langid": "langid/dev",
    "segment": "langid/dev",
    "align": "align/ntrex-dev",
    "pair": "align/ntrex-dev",
    "quotes": "quotes/ntrex-dev",
    "seeds": "quotes/seeds",
}
# Number of files and bytes of the data.
FINGERPRINTS = {
    "html/dev": (62, 15096536),
    "langid/dev": (12, 1972645),
    "align/ntrex-dev": (3294, 4840149),
    "quotes/ntrex-dev": (58, 383359),
    "quotes/seeds": (3, 27995),
}
# A floor, or ("at most", ceiling).
FLOORS = {
    "html": {
        "main text F1": 0.962,
        # Processor time of the whole process. Measured: 9.4 on an idle machine.
        "ms CPU a page": ("at most", 15.0),
    },
    # Per cent right on whole sentences.
    "langid": {"az": 99.4, "en": 99.7, "ru": 99.8, "tr": 99.4, "az-Cyrl": 99.8},
    # F1 of sentence boundaries.
    "segment": {"az": 0.989, "en": 0.992, "ru": 0.976, "tr": 0.950},
    # Strict F1, mean of six pairs of languages.
    "align": {"L1": 0.985, "L2": 0.969, "L3": 0.942},
    # Share of documents whose translation comes first, 61 in each of six pairs of languages, without metadata.
    "pair": {"L1": 1.0, "L2": 0.99, "L3": 0.975},
    # F1 of the ends of direct and mixed quotes, of their words, of the words of indirect ones; speakers right of the former and of the
    # latter; false quotes of what is none. The rules were written on this set: the floors guard it, and measure nothing.
    "quotes": {
        "en exact": 0.985, "en overlap": 0.99, "en indirect": 0.89,
        "en speakers": 0.97, "en speakers of indirect": 0.97, "en false quotes": ("at most", 0.1),
        "az exact": 0.93, "az overlap": 0.965, "az indirect": 0.84,
        "az speakers": 0.95, "az speakers of indirect": 0.9, "az false quotes": ("at most", 0.1),
        "ru exact": 0.965, "ru overlap": 0.98, "ru indirect": 0.91,
        "ru speakers": 0.98, "ru speakers of indirect": 0.955, "ru false quotes": ("at most", 0.1),
        "tr exact": 0.975, "tr overlap": 0.98, "tr indirect": 0.865,
        "tr speakers": 0.925, "tr speakers of indirect": 0.89, "tr false quotes": ("at most", 0.1),
        "links P": 0.95,
        "links R": 0.90,
        "links R_all": 0.85,
    },
    # The two seed articles, which must all be found.
    "seeds": {
        "direct": 1.0,
        "mixed": 1.0,
        "indirect": 15 / 17,
        "speaker right": 51 / 52,
        "links": 1.0,
        "false links": ("at most", 0),
    },
}


def figures(measure, printed):
    """The figures in what measure.py printed, by name."""
    if measure == "html":
        f1, cpu = re.search(r"F1 ([\d.]+).*, ([\d.]+) ms CPU", printed).groups()
        return {"main text F1": float(f1), "ms CPU a page": float(cpu)}
    if measure == "segment":
        return {lang: float(f1) for lang, f1 in re.findall(r"^(\S+) boundary F1 ([\d.]+)", printed, re.M)}
    if measure == "langid":
        return {lang: float(whole) for lang, whole in re.findall(r"^(\S+) +([\d.]+) +[\d.]+ +[\d.]+$", printed, re.M)}
    if measure == "quotes":
        found = {}
        for lang, *columns in re.findall(r"^(\w\w)((?: +\d+){3})((?: +[\d.-]+){10}) +(\d+)/(\d+)$", printed, re.M):
            _, shares, false, of = columns
            exact, _, _, overlap, _, _, indirect, quoted, reported, _ = map(float, shares.split())
            names = ("exact", "overlap", "indirect", "speakers", "speakers of indirect", "false quotes")
            values = (exact, overlap, indirect, quoted, reported, int(false) / max(1, int(of)))
            found.update({f"{lang} {name}": value for name, value in zip(names, values)})
        p, r, r_all = re.search(r"^links P ([\d.]+) R ([\d.]+) .*R_all ([\d.]+)", printed, re.M).groups()
        return {**found, "links P": float(p), "links R": float(r), "links R_all": float(r_all)}
    if measure == "seeds":
        found = {name: int(n) / int(of) for name, n, of in re.findall(r"([a-z][a-z ]*) (\d+)/(\d+)", printed)}
        names = {name.removeprefix("found "): share for name, share in found.items()}
        return {**names, "false links": int(re.search(r"false links (\d+)", printed).group(1))}
    if measure == "align":
        return {level: float(f1) for level, f1 in re.findall(r"^(L\d).* ([\d.]+)/[\d.]+  [\d.]+$", printed, re.M)}
    shares = {}
    for level, right, of in re.findall(r"^(L\d) \S+ right first (\d+)/(\d+)", printed, re.M):
        total = shares.setdefault(level, [0, 0])
        total[0] += int(right)
        total[1] += int(of)
    return {level: right / of for level, (right, of) in shares.items()}


def fingerprint(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files)


def main():
    measure, korpu, shared = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    folder = shared / "data" / DATA[measure]
    if fingerprint(folder) != FINGERPRINTS[DATA[measure]]:
        print(f"{folder} is other data than the floors were set on: {fingerprint(folder)}; measure them anew")
    # The seeds have their gold in a folder of their own.
    texts = [shared / "data/seeds"] if measure == "seeds" else []
    command = [sys.executable, shared / "tools/measure.py", measure, korpu, *texts, folder]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    print(run.stdout, end="")
    if run.returncode:
        sys.exit(f"measure.py ended with {run.returncode}")
    found, faults = figures(measure, run.stdout), 0
    for name, floor in FLOORS[measure].items():
        word, bound = floor if isinstance(floor, tuple) else ("at least", floor)
        value = found.get(name)
        good = value is not None and (value <= bound if word == "at most" else value >= bound)
        faults += not good
        print(f"{'ok  ' if good else 'FAIL'} {measure} {name}: {'not printed' if value is None else round(value, 4)}, {word} {bound}")
    sys.exit(faults > 0)


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in FLOORS:
        sys.exit(__doc__)
    main()
