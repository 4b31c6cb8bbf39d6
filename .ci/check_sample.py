#!/usr/bin/env python3
"""Holds what `korpu run corpus/sample` wrote against corpus/gold. Standard library only.

usage: check_sample.py KORPU OUT

Every page: language, title, outlet, date of publication, address, versions offered. Pairs: all found, none false.
Sentence beads: strict F1 by `korpu evaluate beads`. A found sentence has the number of the same sentence in gold; one that
is not in gold gets a number of its own, so that its beads are wrong.
"""

import collections
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

GOLD = Path(__file__).resolve().parent.parent / "corpus/gold"
F1 = 0.93


def table(name):
    with open(GOLD / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def records(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def one_line(text):
    return " ".join(text.split())


def faults_of(page, document):
    """What is wrong with the metadata of a page, in words."""
    metadata = document["metadata"]
    found = {
        "lang": document["language"]["lang"],
        "title": metadata.get("title", ""),
        "outlet": metadata.get("outlet", ""),
        # Not every page prints the zone.
        "published": metadata.get("published", "")[: len("2025-06-13T08:05:00")],
        "url": metadata.get("url") or document["provenance"].get("url", ""),
        "offered": ",".join(sorted(version["lang"] for version in metadata.get("versions", []))),
    }
    expected = {key: page[key] for key in found}
    expected["published"] = expected["published"][: len(found["published"]) or None]
    expected["offered"] = ",".join(sorted(filter(None, expected["offered"].split(","))))
    return [f"{page['page']}: {key} {found[key]!r}, not {expected[key]!r}" for key in found if found[key] != expected[key]]


def numbers(page, document):
    """For each sentence of a document, its number in the gold text."""
    free = collections.defaultdict(list)
    lines = (GOLD / "docs" / f"{page['doc']}.txt").read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(line for line in lines if line.strip()):
        free[one_line(line)].append(number)
    found = [one_line(text) for block in document["blocks"] for text in block.get("sentence_texts", [])]
    return [free[text].pop(0) if free[text] else 1_000_000 + k for k, text in enumerate(found)]


def main():
    korpu, out = sys.argv[1], Path(sys.argv[2])
    paths = {document["provenance"]["path"]: document for document in records(out / "jsonl/documents.jsonl")}
    by_page = {path.split("corpus/sample/")[-1]: document for path, document in paths.items()}
    pages, faults = {page["page"]: page for page in table("pages.tsv")}, []
    by_id = {}
    for name, page in pages.items():
        if name not in by_page:
            faults.append(f"{name}: no document")
            continue
        document = by_page[name]
        faults += faults_of(page, document)
        by_id[document["id"]] = (page, numbers(page, document))

    beads = collections.defaultdict(list)
    found_pairs = set()
    for bead in records(out / "jsonl/bitexts.jsonl"):
        ends = (bead["source"], bead["target"])
        found_pairs.add(frozenset(by_id[end][0]["page"] for end in ends))
        if bead["level"] == "sentence":
            ids = [[int(i.rsplit(".s", 1)[1]) - 1 for i in bead[f"{side}_ids"]] for side in ("source", "target")]
            beads[ends].append([[by_id[end][1][i] for i in side] for end, side in zip(ends, ids)])

    gold_pairs = {frozenset((row["source"], row["target"])) for row in table("pairs.tsv")}
    faults += [f"pair missed: {' '.join(sorted(pair))}" for pair in gold_pairs - found_pairs]
    faults += [f"pair false: {' '.join(sorted(pair))}" for pair in found_pairs - gold_pairs]

    with tempfile.TemporaryDirectory() as folder:
        gold, found = Path(folder, "gold"), Path(folder, "found")
        gold.mkdir()
        found.mkdir()
        ladders = {path.stem: path for path in (GOLD / "beads").glob("*.beads") if ".paragraphs" not in path.suffixes}
        for name, ladder in ladders.items():
            (gold / ladder.name).write_bytes(ladder.read_bytes())
            # A pair that was not found has no bead.
            (found / ladder.name).write_text("")
        for (source, target), pair in beads.items():
            ends = [by_id[end][0]["doc"] for end in (source, target)]
            for order in (1, -1):
                name = "--".join(ends[::order])
                if name in ladders:
                    lines = (":".join(json.dumps(sorted(side)) for side in bead[::order]) for bead in pair)
                    (found / f"{name}.beads").write_text("".join(f"{line}\n" for line in lines))
        command = [korpu, "evaluate", "beads", gold, found, "--json"]
        score = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
    strict = score["strict"]["f1"]
    if strict < F1:
        faults.append(f"sentence beads: strict F1 {strict:.4f}, under {F1}")

    print("\n".join(faults + [f"{len(by_id)} of {len(pages)} pages, {len(found_pairs & gold_pairs)} of {len(gold_pairs)} pairs, "
                              f"sentence beads strict F1 {strict:.4f}; {len(faults)} faults"]))
    sys.exit(len(faults) > 0)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
