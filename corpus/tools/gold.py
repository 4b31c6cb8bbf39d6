"""The gold is what the marks say: documents as sentences, pairs, beads and quotes.

Everything here is derived from corpus/works; nothing is written by hand.
"""

import json
from itertools import combinations

# Pages that tell their item freely, in their own order and with matter of their own: reports of the event, not versions.
RETELLINGS = {"w01-transit-talks.gazete.en", "w08-school-law.vestnik.ru"}


def document(page):
    """One sentence a line, a blank line between blocks. With single line breaks read as spaces this is, byte for byte
    and offset for offset, the text that a perfect extraction gives."""
    return "\n\n".join("\n".join(block.sentence_texts()) for block in page.blocks) + "\n"


def pairs(pages):
    """(source, target, kind) for all pairs of pages of one work; the side with the smaller tag is the source."""
    ordered = sorted(pages, key=lambda page: (page.lang, page.doc))
    return [(source, target, kind(source, target)) for source, target in combinations(ordered, 2)]


def kind(source, target):
    if RETELLINGS & {source.doc, target.doc}:
        return "event"
    return "witness" if source.lang == target.lang else "version"


def components(source, target):
    """The beads between two lists of unit sets: connected components of what shares a unit; the rest alone.

    In the order of the source; a bead without source stands after the bead of the target segment before it.
    """
    beads = []
    for side, segments in enumerate((source, target)):
        for number, units in enumerate(segments):
            joined = [bead for bead in beads if bead[2] & units]
            beads = [bead for bead in beads if not bead[2] & units]
            sides = [sum((bead[0] for bead in joined), []), sum((bead[1] for bead in joined), [])]
            sides[side].append(number)
            beads.append((*sides, units.union(*(bead[2] for bead in joined))))
    # 5a and 5b without a 5 on the other side are two sentences without a partner.
    aligned = [(sorted(left), sorted(right)) for left, right, _ in beads if left and right]
    source_alone = [([number], []) for left, right, _ in beads if not right for number in left]
    target_alone = [([], [number]) for left, right, _ in beads if not left for number in right]
    ordered = sorted(aligned + source_alone)
    for bead in sorted(target_alone):
        before = bead[1][0] - 1
        place = next((n for n, other in enumerate(ordered) if before in other[1]), -1)
        ordered.insert(place + 1, bead)
    return ordered


def sentence_beads(source, target):
    return components(*([units for _, _, units in page.sentences()] for page in (source, target)))


def paragraph_beads(source, target):
    return components(*([frozenset().union(*block.units) for block in page.blocks] for page in (source, target)))


def bead_lines(beads):
    return "".join(f"{left}:{right}\n" for left, right in beads)


def quotes(work, pages):
    """One record for each statement of a work, with its renderings: one for each document and form."""
    statements = {}
    for page in pages:
        block_start = 0
        for block in page.blocks:
            for stretch in block.quotes:
                record = statements.setdefault(
                    stretch.id, {"work": work, "id": stretch.id, "speaker": stretch.speaker, "renderings": {}}
                )
                if record["speaker"] != stretch.speaker:
                    raise ValueError(f"{page.doc}: {stretch.id} has two speakers")
                rendering = record["renderings"].setdefault(
                    (page.doc, stretch.form), {"doc": page.doc, "lang": page.lang, "form": stretch.form, "spans": []}
                )
                span, *marked = (
                    [block_start + len(block.text[:offset].encode()) for offset in offsets]
                    for offsets in [(stretch.start, stretch.end), *stretch.marked]
                )
                rendering["spans"].append(span)
                if stretch.form == "mixed":
                    rendering.setdefault("marked", []).extend(marked)
            block_start += len(block.text.encode()) + len("\n\n")
    records = sorted(statements.values(), key=lambda record: int(record["id"][1:]))
    return [{**record, "renderings": list(record["renderings"].values())} for record in records]


def table(header, rows):
    return "".join("\t".join(row) + "\n" for row in [header, *rows])


def files(works):
    """Every gold file but the README, by its path in corpus/gold."""
    out, page_rows, pair_rows, records = {}, [], [], []
    for work, pages in works.items():
        for page in pages:
            out[f"docs/{page.doc}.txt"] = document(page)
            offered = ",".join(lang for lang, _ in page.offered)
            page_rows.append([
                page.file, page.doc, work, page.lang, page.outlet, page.published, page.headline,
                page.declared or page.lang, offered, page.url,
            ])  # fmt: skip
        for source, target, pair_kind in pairs(pages):
            pair_rows.append([source.file, target.file, pair_kind])
            name = f"beads/{source.doc}--{target.doc}"
            out[f"{name}.beads"] = bead_lines(sentence_beads(source, target))
            out[f"{name}.paragraphs.beads"] = bead_lines(paragraph_beads(source, target))
        records += quotes(work, pages)
    out["pages.tsv"] = table(
        ["page", "doc", "work", "lang", "outlet", "published", "title", "declared", "offered", "url"], page_rows
    )
    out["pairs.tsv"] = table(["source", "target", "kind"], pair_rows)
    out["quotes.jsonl"] = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return out
