#!/usr/bin/env python3
"""How long `korpu review` takes to answer with a large store, and how much memory it needs.

usage: review.py KORPU FOLDER [--pages N] [--readers N] [--seconds S]

Makes N synthetic pages and their store in FOLDER (kept for the next time), serves it, and asks over loopback: READERS threads
walk all kinds of pages at once while another makes corrections. Prints what the store holds, median and 99th percentile of each
kind of page, of searches and of corrections, and the peak memory of the server. Standard library only.
"""

import argparse
import http.client
import json
import random
import re
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

HERE = Path(__file__).resolve().parent
WORDS = ["bank*", "nazir", "министр*", "körpü", "taxıl", "Caspian Sea", "per cent", "milyon*", "the", "в"]


class Client:
    """One browser: keeps its connection."""

    def __init__(self, url):
        parts = urlsplit(url)
        self.host, token = parts.netloc, parts.query.removeprefix("token=")
        self.headers = {"Cookie": f"korpu-{parts.port}={token}", "Accept-Language": "az"}
        self.connection = http.client.HTTPConnection(self.host, timeout=60)

    def get(self, address):
        start = time.perf_counter()
        self.connection.request("GET", address, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        elapsed = time.perf_counter() - start
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        return elapsed, body.decode()

    def post(self, address, what):
        body = json.dumps(what)
        headers = self.headers | {"Content-Type": "application/json", "Origin": f"http://{self.host}"}
        start = time.perf_counter()
        self.connection.request("POST", address, body, headers)
        answer = self.connection.getresponse()
        answered = json.loads(answer.read())
        return time.perf_counter() - start, answer.status, answered


def make(korpu, folder, pages):
    store = folder / "out/corpus.korpu"
    if not store.exists():
        subprocess.run([sys.executable, HERE / "synthetic_pages.py", str(pages), folder / "pages"], check=True)
        start = time.time()
        subprocess.run([korpu, "run", folder / "pages", "-o", folder / "out", "--quiet"], check=True)
        print(f"{pages} pages read, paired, aligned and exported in {time.time() - start:.0f} s")
    return store


def memory(process):
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def told(name, times):
    times = sorted(times)
    if times:
        at = lambda share: times[min(len(times) - 1, int(share * len(times)))] * 1000  # noqa: E731
        print(f"{name:28} {len(times):6} {at(0.5):9.1f} {at(0.99):9.1f} {times[-1] * 1000:9.1f}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("korpu")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--pages", type=int, default=3000)
    arguments.add_argument("--readers", type=int, default=8)
    arguments.add_argument("--seconds", type=float, default=20)
    given = arguments.parse_args()
    store = make(given.korpu, given.folder, given.pages)
    # A review brings a store of an earlier format to this one.
    server = subprocess.Popen([given.korpu, "review", store], stdout=subprocess.PIPE, text=True)
    url = server.stdout.readline().strip()
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    count = lambda sql: db.execute(sql).fetchone()[0]  # noqa: E731
    beads = count("SELECT count(*) FROM bead JOIN bitext ON bitext.key = bitext AND level = 'sentence'")
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema")}
    quotes = count("SELECT count(*) FROM quote") if "quote" in tables else 0
    print(f"{count('SELECT count(*) FROM document WHERE current')} documents, {beads} sentence beads, "
          f"{count('SELECT count(*) FROM bead')} beads in all, {quotes} quotes")
    ids = lambda sql: [row[0] for row in db.execute(sql)]  # noqa: E731
    documents = ids("SELECT id FROM document WHERE current ORDER BY id")
    works = ids("SELECT DISTINCT work FROM work_document WHERE position = 1 ORDER BY work")
    pairs = ids("SELECT source || '/' || target FROM pair ORDER BY 1")
    langs = ids("SELECT DISTINCT lang FROM document ORDER BY 1")
    kinds = {
        "overview": lambda r: "/",
        "works": lambda r: f"/works?page={r.randrange(10)}",
        "works of a language": lambda r: f"/works?lang={r.choice(langs)}",
        "work": lambda r: f"/works/{r.choice(works)}",
        "pair": lambda r: f"/pairs/{r.choice(pairs)}",
        "documents": lambda r: f"/documents?page={r.randrange(30)}",
        "unpaired documents": lambda r: "/documents?unpaired=1",
        "document": lambda r: f"/documents/{r.choice(documents)}",
        "queue": lambda r: f"/queue?page={r.randrange(5)}",
        "decisions": lambda r: "/decisions",
        "search": lambda r: f"/search?q={quote(r.choice(WORDS))}",
        "search, phrase, sorted": lambda r: f"/search?mode=phrase&sort=right&q={quote(r.choice(WORDS[5:7]))}",
        "search, beside": lambda r: f"/search?beside=ru&least=0.8&q={quote(r.choice(WORDS))}",
        "search, pattern": lambda r: f"/search?mode=regex&q={quote(r.choice(['[0-9]+ faiz', 'bank[a-z]+', '«[^»]+»']))}",
    }
    if quotes:
        groups = ids("SELECT id FROM quote_group ORDER BY id")
        kinds["statements"] = lambda r: f"/quotes?page={r.randrange(5)}"
        kinds["statements of a language"] = lambda r: f"/quotes?lang={r.choice(langs)}"
        kinds["statement, compared"] = lambda r: f"/groups/{r.choice(groups)}"
    times, failures, until = {name: [] for name in [*kinds, "correction"]}, [], time.time() + given.seconds

    def read(seed):
        client, r = Client(url), random.Random(seed)
        try:
            while time.time() < until:
                for name in r.sample(list(kinds), len(kinds)):
                    times[name].append(client.get(kinds[name](r))[0])
        except Exception as error:  # noqa: BLE001
            failures.append(repr(error))

    def correct():
        client, r = Client(url), random.Random(0)
        try:
            while time.time() < until:
                pair = r.choice(pairs)
                page = client.get(f"/pairs/{pair}")[1]
                seen = int(re.search(r'data-seen="(\d+)"', page)[1])
                rows = re.findall(r'data-source="([\d,]+)" data-target="([\d,]+)"', page)
                if not rows:
                    continue
                source, target = (list(map(int, ids.split(","))) for ids in r.choice(rows))
                what = {"seen": seen, "act": "hold", "change": "accept", "beads": [{"source": source, "target": target}]}
                elapsed, status, answered = client.post(f"/pairs/{pair}/decisions", what)
                if status != 200:
                    raise RuntimeError(answered)
                times["correction"].append(elapsed)
                time.sleep(0.2)
        except Exception as error:  # noqa: BLE001
            failures.append(repr(error))

    threads = [threading.Thread(target=read, args=(n,)) for n in range(given.readers)] + [threading.Thread(target=correct)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{'milliseconds':28} {'number':>6} {'median':>9} {'99 %':>9} {'worst':>9}")
    for name, taken in times.items():
        told(name, taken)
    told("all pages", [t for name in kinds for t in times[name]])
    alone = Client(url)
    alone_times = []
    for pair in random.Random(1).sample(pairs, min(100, len(pairs))):
        page = alone.get(f"/pairs/{pair}")[1]
        rows = re.findall(r'data-source="([\d,]+)" data-target="([\d,]+)"', page)
        if rows:
            source, target = (list(map(int, ids.split(","))) for ids in rows[len(rows) // 2])
            what = {"seen": int(re.search(r'data-seen="(\d+)"', page)[1]), "act": "hold", "change": "accept",
                    "beads": [{"source": source, "target": target}]}
            alone_times.append(alone.post(f"/pairs/{pair}/decisions", what)[0])
    told("correction, nobody else", alone_times)
    told("search, one reader", [alone.get(f"/search?q={quote(word)}")[0] for word in WORDS for _ in range(5)])
    print(f"peak memory of the server: {memory(server):.0f} MB")
    server.terminate()
    server.wait()
    for failure in failures:
        print("FAILED", failure)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
