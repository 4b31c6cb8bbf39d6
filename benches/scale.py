#!/usr/bin/env python3
"""Measures `korpu run` and each of its steps on synthetic pages, and prints Markdown tables.

usage: scale.py [--korpu target/release/korpu] [--pages 1000,10000] [--jobs 1,2] [--work DIR]

For each number of pages and threads: pages a second, CPU time and peak memory (the largest resident set that the kernel
saw, from wait4) of the whole path and of each step alone; whether the outputs of all numbers of threads are the same
bytes; and how many of the pairs found are right. Exits with 1 where the bytes differ.

"busy" is how many threads wanted a core, on average: what the threads would gain on a machine with nothing else to do.
Unlike the seconds it hardly depends on the load. Linux only.
"""

import argparse
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
STORE = "corpus.korpu"


def call(*command):
    """Seconds, CPU seconds, busy threads and peak memory in MB of a command that must succeed."""
    begun, looks, runnable = time.monotonic(), 0, 0
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL)
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        looks, runnable = looks + 1, runnable + wanting_a_core(process.pid)
        time.sleep(0.01)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}")
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, runnable / max(looks, 1), used.ru_maxrss / 1024


def wanting_a_core(pid):
    """How many threads of a process are running or ready to run, see proc(5)."""
    states = []
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        try:
            states.append(stat.read_text().rpartition(")")[2].split()[0])
        except (FileNotFoundError, ProcessLookupError):
            pass  # The thread has ended since.
    return states.count("R")


def steps(korpu, pages, out, jobs):
    """(name, seconds, CPU seconds, busy threads, MB) of the whole path, then of each step on a store of its own."""
    alone = out.with_name(out.name + "-steps")
    alone.mkdir(parents=True)
    store = alone / STORE
    yield "run", *call(korpu, "run", pages, "-o", out, "--jobs", jobs, "--quiet")
    yield "ingest", *call(korpu, "ingest", pages, "--store", store, "--jobs", jobs, "--quiet")
    yield "pair", *call(korpu, "pair", "--store", store, "--jobs", jobs, "--quiet")
    yield "align", *call(korpu, "align", "--store", store, "--jobs", jobs, "--quiet")
    yield "quotes", *call(korpu, "quotes", "--store", store, "--jobs", jobs, "--quiet")
    yield "link", *call(korpu, "quotes", "--store", store, "--link", "--jobs", jobs, "--quiet")
    for kind in ("tmx", "tei", "jsonl", "report"):
        yield f"export {kind}", *call(korpu, "export", store, "-o", alone, "--format", kind, "--jobs", jobs, "--quiet")
    if fingerprint(alone, STORE) != fingerprint(out, STORE):
        sys.exit(f"{alone} and {out} differ: the steps one by one are not the whole path")
    shutil.rmtree(alone)


def fingerprint(folder, besides=None):
    """A hash of all files below a folder with their names, one name left out if need be: SQLite counts in the head of a
    store how often it was opened to write, so that steps one by one give other bytes there."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != besides):
        digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def told(path):
    """Which copy of which work a page tells, by its name."""
    return tuple(Path(path).name.split(".")[:2])


def pairing(store):
    """(pairs, right, expected) of the pairs in a store: right where both pages tell the same copy of a work."""
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    paths = dict(db.execute("SELECT d.id, p.path FROM document d JOIN page p ON p.document = d.key WHERE d.current"))
    pairs = db.execute("SELECT source, target FROM pair").fetchall()
    db.close()
    right = sum(told(paths[source]) == told(paths[target]) for source, target in pairs)
    sizes = Counter(told(path) for path in paths.values())
    return len(pairs), right, sum(size * (size - 1) // 2 for size in sizes.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--korpu", type=Path, default=HERE.parent / "target/release/korpu")
    parser.add_argument("--pages", default="1000,10000")
    parser.add_argument("--jobs", default="1,2")
    parser.add_argument("--work", type=Path, help="a folder to work in, kept; a temporary one by default")
    arguments = parser.parse_args()
    work = arguments.work or Path(tempfile.mkdtemp(prefix="korpu-scale-"))
    differ = False
    print("| pages | jobs | step | seconds | pages/s | CPU s | CPU ms/page | busy | peak MB | load |")
    print("| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    quality = []
    for count in map(int, arguments.pages.split(",")):
        pages = work / f"pages-{count}"
        if not pages.exists():
            call(sys.executable, HERE / "synthetic_pages.py", count, pages)
        prints = {}
        for jobs in map(int, arguments.jobs.split(",")):
            out = work / f"out-{count}-{jobs}"
            shutil.rmtree(out, ignore_errors=True)
            shutil.rmtree(out.with_name(out.name + "-steps"), ignore_errors=True)
            for name, seconds, cpu, busy, peak in steps(arguments.korpu, pages, out, jobs):
                load = os.getloadavg()[0]
                row = [count, jobs, name, f"{seconds:.1f}", f"{count / seconds:.0f}", f"{cpu:.1f}",
                       f"{1000 * cpu / count:.1f}", f"{busy:.2f}", f"{peak:.0f}", f"{load:.1f}"]  # fmt: skip
                print("|", " | ".join(map(str, row)), "|", flush=True)
            prints[jobs] = fingerprint(out)
        same = len(set(prints.values())) == 1
        differ |= not same
        quality.append((count, *pairing(out / STORE), "yes" if same else "NO"))
    print("\n| pages | pairs | right | expected | precision | recall | same bytes for all jobs |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for count, found, right, expected, same in quality:
        precision, recall = right / max(found, 1), right / max(expected, 1)
        print(f"| {count} | {found} | {right} | {expected} | {precision:.4f} | {recall:.4f} | {same} |")
    if not arguments.work:
        shutil.rmtree(work)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
