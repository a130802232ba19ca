#!/usr/bin/env python3
"""Compiles the examples in the Markdown files, and follows their links: Scripts/check-docs.py [file…]

Files are named from the root of the repository; without any, all are checked. Each block of
```swift is type-checked against the modules of the last `swift build`, as a main.swift of its own.
A comment right above a block says otherwise:

    <!-- continues -->                  the block goes on from the block before it in the same file
    <!-- file: Sources/X/main.swift --> the block is that file, to the letter; it is compiled there
    <!-- not compiled: REASON -->       the block is left out

and what an example needs but a reader does not is hidden in a comment of its own, above the block:

    <!-- swift
    import CompanionCore
    -->

A table whose last column is headed "Test" names a test in each row that is there: a suite as `code`, a test by its "name"
or, with … at its end, by how that begins.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[1]
BUILD = ROOT / ".build/debug"
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*(\S*)")
COMMENT = re.compile(r"<!-- *(continues|file|not compiled) *(?:: *(.*?))? *-->")
LINK = re.compile(r"(?<!\\)\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'][^)]*)?\)|^\s*\[[^\]]+\]:\s*(\S+)")
TEST = re.compile(r'@Test\(\s*"((?:[^"\\]|\\.)*)"')
SUITE = re.compile(r"struct (\w+Tests)\b")
HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*$")


class Page:
    """A Markdown file, taken apart: `examples` to compile, as (line, source), `links`, `anchors` and `faults`."""

    def __init__(self, path):
        self.path = path
        self.examples, self.links, self.anchors, self.faults = [], [], set(), []
        self.order, self.hidden = None, []
        # The rows whose tests are to be there, as (line, cell); whether such a table goes on.
        self.tests, self.is_test_table = [], False
        lines = enumerate(path.read_text().splitlines(), 1)
        for number, line in lines:
            if fence := FENCE.match(line):
                block = self.until(lines, lambda text: text.strip().startswith(fence[1]), number)
                if fence[2] == "swift":
                    self.add(number, block)
                self.order, self.hidden = None, []
            elif line.strip() == "<!-- swift":
                self.hidden += self.until(lines, lambda text: text.strip() == "-->", number)
            elif order := COMMENT.fullmatch(line.strip()):
                self.order = order
            elif line.strip():
                self.order = None
                self.prose(number, line)
            else:
                self.is_test_table = False

    def fault(self, line, what):
        self.faults.append(f"{self.path.relative_to(ROOT)}:{line}: {what}")

    def until(self, lines, is_end, opened):
        block = []
        for _, line in lines:
            if is_end(line):
                return block
            block.append(line)
        self.fault(opened, "is never closed")
        return block

    def add(self, number, block):
        order = self.order[1] if self.order else "compiled"
        if order == "file":
            file = ROOT / self.order[2]
            if not file.is_file():
                self.fault(number, f"there is no {self.order[2]}")
            elif file.read_text().strip() != "\n".join(block).strip():
                self.fault(number, f"differs from {self.order[2]}")
        elif order == "not compiled":
            if not self.order[2]:
                self.fault(number, "is not compiled and gives no reason")
        else:
            source = self.hidden + [f'#sourceLocation(file: "{self.path.relative_to(ROOT)}", line: {number + 1})'] + block
            if order == "continues":
                if not self.examples:
                    return self.fault(number, "continues, but no compiled block is above it")
                source = self.examples.pop()[1] + source
            self.examples.append((number, source))

    def prose(self, number, line):
        cells = re.split(r"(?<!\\)\|", line.strip())
        if len(cells) < 3:
            self.is_test_table = False
        elif self.is_test_table:
            if "-" not in cells[-2] or cells[-2].strip(" :-"):
                self.tests.append((number, cells[-2]))
        else:
            self.is_test_table = re.match(r"Test\b", cells[-2].strip()) is not None
        if heading := HEADING.match(line):
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower()
            self.anchors.add(re.sub(r"[^\w\- ]", "", text).replace(" ", "-"))
        for found in LINK.finditer(re.sub(r"`[^`]*`", "", line)):
            self.links.append((number, found[1] or found[2]))


def broken_links(pages):
    """Adds a fault for each link to a file, or to a heading in one of the pages, that is not there."""
    for page in pages.values():
        for number, link in page.links:
            target, _, anchor = link.partition("#")
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            path = (page.path.parent / target).resolve() if target else page.path
            if not path.exists() or not path.is_relative_to(ROOT):
                page.fault(number, f"links to {target}, which is not there")
            elif anchor and path in pages and anchor not in pages[path].anchors:
                page.fault(number, f"links to #{anchor}, which is no heading of {path.relative_to(ROOT)}")


def missing_tests(pages):
    """Adds a fault for each row of a table of tests that names none, or one that is not there."""
    rows = [(page, *row) for page in pages.values() for row in page.tests]
    if not rows:
        return
    sources = "\n".join(path.read_text() for path in (ROOT / "Tests").glob("**/*.swift"))
    tests, suites = set(TEST.findall(sources)), set(SUITE.findall(sources))
    for page, number, cell in rows:
        names, known = re.findall(r'"([^"]+)"', cell), re.findall(r"`(\w+)`", cell)
        if not names and not known:
            page.fault(number, "names no test")
        for name in names:
            begins = name.endswith("…") and any(test.startswith(name[:-1]) for test in tests)
            if name not in tests and not begins:
                page.fault(number, f'names the test "{name}", which is not there')
        for suite in known:
            if suite not in suites:
                page.fault(number, f"names the suite {suite}, which is not there")


def compiler():
    """The command that type-checks one file as the package's own build would: SwiftPM wrote down how it called swiftc."""
    try:
        commands = json.loads((BUILD / "description.json").read_text())["swiftCommands"].values()
    except (OSError, KeyError):
        sys.exit("error: nothing is built yet; run `swift build --build-tests` first")
    clang = {}
    for command in commands:
        arguments = command["otherArguments"]
        for option, value in zip(arguments, arguments[1:]):
            # The C modules behind the Swift ones: their maps, and the folders of their headers.
            if option == "-Xcc" and value.startswith("-fmodule-map-file="):
                clang[value] = None
            elif option == "-Xcc" and value.startswith("/"):
                clang["-I" + value] = None
            elif value.startswith("-I/"):  # what pkg-config says of a system's library
                clang[value] = None
    return ["swiftc", "-typecheck", "-swift-version", "6", "-warnings-as-errors", "-I", str(BUILD / "Modules"),
            *(argument for option in clang for argument in ("-Xcc", option))]


def compiled(command, page, number, source):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "main.swift")
        file.write_text("\n".join(source) + "\n")
        as_library = ["-parse-as-library"] if "@main" in "\n".join(source) else []
        run = subprocess.run([*command, *as_library, file], capture_output=True, text=True)
    if run.returncode != 0:
        page.fault(number, "does not compile\n" + run.stderr.rstrip())


def main(names):
    paths = [ROOT / name for name in names] or sorted(
        path for pattern in ("*.md", "Documentation/**/*.md", "Sources/**/*.md", "Benchmarks/*.md")
        for path in ROOT.glob(pattern))
    pages = {path: Page(path) for path in paths}
    broken_links(pages)
    missing_tests(pages)
    examples = [(page, *example) for page in pages.values() for example in page.examples]
    if examples:
        command = compiler()
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda example: compiled(command, *example), examples))
    faults = [fault for page in pages.values() for fault in page.faults]
    print(*faults, sep="\n", end="\n" if faults else "")
    links = sum(len(page.links) for page in pages.values())
    print(f"{len(examples)} examples and {links} links on {len(pages)} pages, {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
