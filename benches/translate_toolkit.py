#!/usr/bin/env python3
"""Reads a translation memory with translate-toolkit (pip install translate-toolkit), saves it as it is, makes it anew from its texts,
and says how long each took: processor time, without the start of Python.

    python3 benches/translate_toolkit.py memory.tmx out.tmx
"""
import resource
import sys
import time

from translate.storage import tmx

start = time.process_time()
with open(sys.argv[1], "rb") as file:
    memory = tmx.tmxfile(file)
texts = [(unit.source, unit.target) for unit in memory.units]
read = time.process_time()
with open(sys.argv[2], "wb") as file:
    memory.serialize(file)
saved = time.process_time()
made = tmx.tmxfile(sourcelanguage="az", targetlanguage="en")
for source, target in texts:
    made.addtranslation(source, "az", target, "en")
with open(sys.argv[2], "wb") as file:
    made.serialize(file)
written = time.process_time()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{len(texts)} units: read {read - start:.2f} s, saved as it is {saved - read:.2f} s, made anew {written - saved:.2f} s, {peak:.0f} MB")
