#!/usr/bin/env python3
"""Searches a text for patterns by the two common packages, and prints MB/s: aho-corasick.py TEXT PATTERNS"""

import statistics
import sys
import time

text = open(sys.argv[1], encoding="utf-8").read().lower()
patterns = open(sys.argv[2], encoding="utf-8").read().split("\n")
megabytes = len(text.encode()) / 1e6


def measure(name, search):
    times = []
    found = 0
    for _ in range(5):
        start = time.perf_counter()
        found = search()
        times.append(time.perf_counter() - start)
    print(f"{name:<42}{megabytes / statistics.median(times):7.1f}   {found} found")


try:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for index, pattern in enumerate(patterns):
        automaton.add_word(pattern, index)
    automaton.make_automaton()
    measure("pyahocorasick", lambda: sum(1 for _ in automaton.iter(text)))
except ImportError as error:
    print(f"pyahocorasick is LEFT OUT: {error}")

try:
    import ahocorasick_rs

    matcher = ahocorasick_rs.AhoCorasick(patterns)
    measure("ahocorasick_rs", lambda: len(matcher.find_matches_as_indexes(text, overlapping=True)))
except ImportError as error:
    print(f"ahocorasick_rs is LEFT OUT: {error}")
