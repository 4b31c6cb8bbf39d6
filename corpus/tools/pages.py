"""A page of a work as the saved HTML page of its outlet's site.

The designs are corpus/tools/designs/*.html (see template.py for their tags), the words around the article
corpus/tools/furniture/<language>.toml. Which teasers, comments and tags stand on a page, and where a sentence has inline
markup or a no-break space, is drawn from hashes of the page's name, so that every run gives the same bytes.
"""

import hashlib
import html
import json
import re
import tomllib
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import template

TOOLS = Path(__file__).parent
CODECS = {"utf-8": "utf-8", "windows-1251": "cp1251", "windows-1254": "cp1254"}
# This page does not say how it is encoded: it must be detected.
NO_CHARSET = {"w08-school-law.vestnik.ru"}
# Designs of the 2000s write entities for what later ones write as characters.
ENTITIES = {
    "vestnik": {"—": "&mdash;", "–": "&ndash;", "«": "&laquo;", "»": "&raquo;"},
    "bulvar": {"–": "&ndash;", "“": "&ldquo;", "”": "&rdquo;"},
    "wire": {"–": "&ndash;", "’": "&rsquo;"},
    "lent": {"–": "&ndash;"},
}
CAPITAL = "A-ZÇĞİÖŞÜƏА-ЯЁҒӘҜҸҺЈӨҮ"
# Two capitalised words that do not begin a sentence.
NAME = re.compile(rf"(?<=[^\W\d_{CAPITAL}] )[{CAPITAL}][^\W\d_]+ [{CAPITAL}][^\W\d_]{{2,}}\b(?!-)")
AMOUNT = re.compile(r"\b\d+(?:[.,]\d+)? [^\W\d_]{4,}\b")
LONG_WORD = re.compile(r"\b[^\W\d_]{9,}\b")


def draw(*key):
    """A number that depends on the key alone."""
    return int.from_bytes(hashlib.sha256("|".join(map(str, key)).encode()).digest()[:8], "big")


def choose(pool, count, *key):
    return sorted(pool, key=lambda item: draw(item, *key))[:count]


class Furniture:
    """The site designs, and the words that stand around an article in each language; read once."""

    def __init__(self):
        self.languages = {
            path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
            for path in sorted((TOOLS / "furniture").glob("*.toml"))
        }
        self.designs = {path.stem: path.read_text(encoding="utf-8") for path in (TOOLS / "designs").glob("*.html")}

    def render(self, page):
        """The bytes of the page. A character its encoding lacks becomes a reference, as in a browser's form."""
        text = template.render(self.designs[page.template], self.context(page))
        return text.encode(CODECS[page.encoding], errors="xmlcharrefreplace")

    def context(self, page):
        words = self.languages[page.lang]
        site = words["sites"][page.site]
        declared = page.declared or page.lang
        versions = [
            {"lang": lang, "code": lang.title(), "url": f"https://{page.site}{path}", "here": lang == page.lang}
            for lang, path in page.offered
        ]
        stories = choose(words["teasers"], 10, page.doc)
        teasers = [
            {"title": title, "text": text, "href": f"{parent(page.path)}{draw(title) % 90000 + 10000}", "number": n,
             "time": f"{7 + n}:{draw(title, page.doc) % 60:02}"}
            for n, (title, text) in enumerate(stories, 1)
        ]  # fmt: skip
        context = {
            "lang": declared,
            "locale": {"az": "az_AZ", "en": "en_GB", "ru": "ru_RU", "tr": "tr_TR"}[declared[:2]],
            "charset": charset_meta(page),
            "saved_from": f"({len(page.url):04}){page.url}",
            "title": page.headline,
            "outlet": page.outlet,
            "site": page.site,
            "url": page.url,
            "image": f"/media/{page.published[:10].replace('-', '/')}/{draw(page.work) % 10**7}.jpg",
            "number": draw(page.doc) % 900000 + 100000,
            "views": draw("views", page.doc) % 9000 + 200,
            "section": page.section,
            "section_path": "/".join(page.path.split("/")[: 3 if page.path.startswith(f"/{page.lang}/") else 2]) + "/",
            "byline": page.byline,
            "author_path": f"/author/{draw(page.byline) % 900 + 100}",
            "licence": page.licence,
            "licence_name": licence_name(page.licence),
            "agency": page.agency,
            "published": moment(page.published, words),
            "modified": moment(page.modified, words) if page.modified else None,
            "versions": versions,
            "switcher": {"items": versions} if versions else None,
            "summary": next(block for block in page.blocks[1:] if block.kind in ("lead", "p")).sentence_texts()[0],
            "lead": [markup(page, 1)] if page.blocks[1].kind == "lead" else [],
            "blocks": body(page),
            "t": words,
            "at": site,
            "related": teasers[:4],
            "read_also": teasers[4],
            "latest": teasers[5:],
            "most_read": choose(teasers, 5, "read", page.doc),
            "remarks": [
                {"name": name, "text": text, "when": f"{draw(text, page.doc) % 22 + 1}:{draw(name) % 60:02}",
                 "votes": draw(page.doc, name) % 40}
                for name, text in choose(words["remarks"], 2, page.doc)
            ],
            "tags": [{"name": tag, "n": draw(tag) % 5000} for tag in choose(words["tags"], 3, page.doc)],
            "advert": choose(words["adverts"], 1, page.doc)[0],
        }  # fmt: skip
        context["json"] = {
            name: json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
            for name in ("title", "summary", "url", "outlet", "section", "byline", "licence", "agency", "site", "lang")
            for value in [context[name]]
        }
        context["json"]["tags"] = json.dumps([tag["name"] for tag in context["tags"]], ensure_ascii=False)
        return context


def parent(path):
    return urlsplit(path).path.rstrip("/").rpartition("/")[0] + "/"


def charset_meta(page):
    if page.doc in NO_CHARSET:
        return ""
    if page.encoding == "utf-8":
        return '<meta charset="utf-8">'
    return f'<meta http-equiv="Content-Type" content="text/html; charset={page.encoding}">'


def licence_name(address):
    """`CC BY-SA 4.0` of https://creativecommons.org/licenses/by-sa/4.0/."""
    return " ".join(["CC", address.split("/")[4].upper(), address.split("/")[5]]) if address else ""


def moment(iso, words):
    """A moment as the design needs it: for machines, for readers, and its zone."""
    at = datetime.fromisoformat(iso)
    zone = "UTC" if iso.endswith("Z") else "UTC" + iso[-6:]
    parts = {
        "day": at.day, "month": words["months"][at.month - 1], "year": at.year, "time": f"{at:%H:%M}",
        "weekday": words["weekdays"][at.weekday()],
    }  # fmt: skip
    return {"iso": iso, "text": words["date"].format(**parts), "zone": zone, "day": at.day, "year": at.year}


def body(page):
    """The blocks under the standfirst, each as {kind: HTML}; a run of items is one list. Before the fifth comes a place for
    what sites put in the middle of a text."""
    out = []
    first = 2 if page.blocks[1].kind == "lead" else 1
    for number, block in enumerate(page.blocks[first:], first):
        part = dict.fromkeys(["h", "p", "bq", "cap", "list", "between"]) | {"number": number}
        if number == first + 4 and block.kind != "li":
            out.append(part | {"between": True})
        if block.kind != "li":
            out.append(part | {block.kind: [markup(page, number)]})
        elif page.blocks[number - 1].kind == "li":
            out[-1]["list"]["items"].append(markup(page, number))
        else:
            out.append(part | {"list": {"items": [markup(page, number)]}})
    return out


def markup(page, number):
    """The HTML of a block: now and then a name in bold, a link, a word in italics, a no-break space, an entity."""
    block = page.blocks[number]
    before, inner, after = block.text, "", ""
    pattern, opening, closing = [
        (NAME, "<strong>", "</strong>"),
        (NAME, f'<a href="/tag/{draw(before) % 9000}">', "</a>"),
        (AMOUNT, "<strong>", "</strong>"),
        (LONG_WORD, "<em>", "</em>"),
        (LONG_WORD, f'<a href="https://{page.site}/?id={draw(before) % 99999}" target="_blank">', "</a>"),
        (None, "", ""),
        (None, "", ""),
    ][draw("inline", page.doc, number) % 7]
    if pattern and block.kind in ("p", "bq", "li") and (found := pattern.search(before)):
        before, inner, after = before[: found.start()], found.group(), before[found.end() :]
        inner = opening + escape(inner, page, number) + closing
    return escape(before, page, number) + inner + escape(after, page, number)


def escape(text, page, number):
    """Escapes text; in every third block a number holds on to what it counts, by a no-break space in either spelling."""
    text = html.escape(text, quote=False)
    for character, entity in ENTITIES.get(page.template, {}).items():
        text = text.replace(character, entity)
    if draw("space", page.doc, number) % 3 == 0:
        space = "&nbsp;" if draw("spelling", page.doc) % 2 else "\u00a0"
        text = re.sub(r"(?<=\d) (?=[^\W\d_])", space, text)
    return text
