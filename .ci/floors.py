#!/usr/bin/env python3
"""Measures a korpu binary with ../shared/tools/measure.py and holds the figures against floors.

usage: floors.py MEASURE KORPU SHARED      MEASURE: html langid segment align pair

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
}
# Number of files and bytes of the data.
FINGERPRINTS = {
    "html/dev": (62, 15096536),
    "langid/dev": (12, 1972645),
    "align/ntrex-dev": (3294, 4840149),
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
    command = [sys.executable, shared / "tools/measure.py", measure, korpu, folder]
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
