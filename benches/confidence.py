#!/usr/bin/env python3
"""How often korpu's confidences of quotes and of groups are right, by tenths, on a development set.

usage: confidence.py KORPU SHARED      SHARED: the folder of development data

Of a quote, its words must be those of a statement of the gold (of an indirect one, to four fifths) and its speaker that of the
statement, where one is known. Of a rendering, its statement must be that of most renderings of its group.
"""

import collections
import json
import subprocess
import sys
from pathlib import Path


def read(korpu, gold):
    """The quotes that korpu finds, each with the statement of the gold it overlaps best."""
    files = collections.defaultdict(list)
    for doc, lang in sorted(gold.text):
        files[doc].append(f"{doc}.{lang}.txt")
    found = []
    for doc, names in files.items():
        command = [korpu, "-q", "quotes", "--link", "--format", "jsonl", *names]
        for line in subprocess.run(command, cwd=gold.docs, stdout=subprocess.PIPE, check=True).stdout.splitlines():
            quote = json.loads(line)
            key = doc, quote["file"].split(".")[-2]
            text = gold.text[key]
            quote["pieces"] = text.pieces(*text.span(quote["start"], quote["end"]))
            found.append({**quote, "doc": doc, "key": key, "tokens": text.token_set(quote["pieces"]), "statement": None})
    return found


def right(gold, quote):
    statement = quote["statement"]
    if statement is None:
        return False
    if quote["form"] in ("direct", "mixed") and statement.form != "indirect":
        units = set().union(statement.parts, statement.marked)
        words = any(piece in units for piece in quote["pieces"])
    else:
        shared = len(quote["tokens"] & statement.all_tokens)
        words = 2 * shared >= 0.8 * (len(quote["tokens"]) + len(statement.all_tokens))
    return words and (not statement.speaker or gold.speaker_right(statement, quote["speaker"]))


def table(title, judged):
    """Prints by tenths of the confidence how many there are, the mean confidence, and what share is right."""
    print(f"{title}\nconfidence  number  mean  right")
    tenths = collections.defaultdict(list)
    for confidence, is_right in judged:
        tenths[min(int(confidence * 10), 9)].append((confidence, is_right))
    for tenth, pairs in sorted(tenths.items()):
        mean, share = (sum(column) / len(pairs) for column in zip(*pairs))
        print(f"{tenth / 10:.1f} to {tenth / 10 + 0.1:.1f}  {len(pairs):6}  {mean:.2f}  {share:.3f}")


def main():
    korpu, shared = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    sys.path.insert(0, str(shared / "tools/quotes"))
    import score_quotes

    folder = shared / "data/quotes/ntrex-dev"
    gold = score_quotes.Gold(str(folder))
    gold.docs = folder / "docs"
    quotes = read(korpu, gold)
    score_quotes.assign(gold, quotes)
    table("quotes: words and speaker", [(quote["confidence"], right(gold, quote)) for quote in quotes])
    groups = collections.defaultdict(list)
    for quote in quotes:
        if "group" in quote and quote["statement"]:
            groups[quote["doc"], quote["group"]].append(quote)
    judged = []
    for group in groups.values():
        most = collections.Counter(quote["statement"].id for quote in group).most_common(1)[0][0]
        judged += [(quote["group_confidence"], quote["statement"].id == most) for quote in group]
    table("renderings: of the statement of their group", judged)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
