#!/usr/bin/env python3
"""Holds the boundaries that the compiler does not: Scripts/check-core-purity.py [root of the package]

- CompanionCore depends on no package, and imports only the standard library and FoundationEssentials.
- An adapter depends on no other adapter, except on the shared ones, whose names begin with an underscore.
- Full Foundation stands only in the #else of `#if canImport(FoundationEssentials)`.
- No vendor's type is in a public interface: `public import` only of what PUBLIC names.
- What the compiler can't check has its reason beside it, on a line with `// Safety:`.
"""

import json
import pathlib
import re
import subprocess
import sys

STANDARD_LIBRARY = {"Swift", "Synchronization", "RegexBuilder", "FoundationEssentials", "Foundation"}
# What any room may show in its interface; a room that must show more is named here with its reason.
PUBLIC = {"CompanionCore", "FoundationEssentials", "Foundation", "Synchronization"}
PUBLIC_OF = {
    # A host hands over the logger, the metrics and the tracer that it has set up.
    "Adapters/Observability": {"Logging", "Metrics", "Tracing"},
    # It is mounted in a host's own Hummingbird application, and run as one of its services.
    "Adapters/Gateway": {"Hummingbird", "HummingbirdCore", "Logging", "ServiceLifecycle"},
}

STRING_OR_COMMENT = re.compile(
    r'(?s)(#*)""".*?"""\1|(#*)"(?:\\.|[^"\\\n])*"\2|//[^\n]*|/\*.*?\*/')
IMPORT = re.compile(
    r"^\s*(?P<attributes>(?:@\w+(?:\([^)]*\))?\s+)*)(?:(?P<access>public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|typealias|func|var|let|actor|macro)\s+)?(?P<module>\w+)")
UNCHECKED = re.compile(r"@unchecked\s+Sendable|nonisolated\(unsafe\)|\btry!|(?<!\.)\bfatalError\(")
SAFETY = re.compile(r"//+ Safety: *\S")


def code_of(text):
    """The text without strings and comments, each line still where it was."""
    return STRING_OR_COMMENT.sub(lambda match: "\n" * match.group().count("\n"), text)


def import_faults(room, is_adapter, folder, found, is_fallback):
    module = found["module"]
    if module == "Foundation" and not is_fallback:
        yield "full Foundation; take FoundationEssentials, with Foundation in the #else of its canImport"
    is_shown = found["access"] == "public" or "@_exported" in found["attributes"]
    if is_shown and module not in PUBLIC | PUBLIC_OF.get(folder, set()):
        yield f"shows the types of {module} in a public interface"
    if room == "CompanionCore" and module not in STANDARD_LIBRARY:
        yield f"CompanionCore imports {module}, which is not of the standard library"
    if is_adapter and is_other_adapter(module):
        yield f"an adapter imports the adapter {module}"


def is_other_adapter(module):
    return module.startswith("Companion") and module != "CompanionCore"


def has_reason(lines, index):
    """Whether `// Safety:` stands on the line, or in the comment right above it."""
    if SAFETY.search(lines[index]):
        return True
    while index > 0 and lines[index - 1].lstrip().startswith("//"):
        index -= 1
        if SAFETY.search(lines[index]):
            return True
    return False


def file_faults(root, path):
    room = path.relative_to(root).parts[1]
    is_library = path.is_relative_to(root / "Sources") and room != "Examples"
    text = path.read_text()
    lines = text.splitlines()
    conditions = []
    for index, line in enumerate(code_of(text).splitlines()):
        if directive := re.match(r"\s*#(if|elseif|else|endif)\b(.*)", line):
            match directive[1]:
                case "if": conditions.append([directive[2].strip(), False])
                case "else" if conditions: conditions[-1][1] = True
                case "endif" if conditions: conditions.pop()
        if is_library and (found := IMPORT.match(line)):
            is_fallback = ["canImport(FoundationEssentials)", True] in conditions
            folder = "/".join(path.relative_to(root).parts[1:3])
            for fault in import_faults(room, room == "Adapters", folder, found, is_fallback):
                yield index + 1, fault
        if (found := UNCHECKED.search(line)) and not has_reason(lines, index):
            yield index + 1, f"{found.group()} without its reason on a `// Safety:` line, here or right above"


def manifest_faults(root):
    dump = subprocess.run(
        ["swift", "package", "--ignore-lock", "dump-package"], cwd=root, check=True, stdout=subprocess.PIPE).stdout
    for target in json.loads(dump)["targets"]:
        name = target["name"]
        for dependency in target["dependencies"]:
            on = next(iter(dependency.values()))[0]
            if name == "CompanionCore":
                yield f"CompanionCore depends on {on}"
            elif (target.get("path") or "").startswith("Sources/Adapters/") and is_other_adapter(on):
                yield f"the adapter {name} depends on the adapter {on}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    faults = [f"Package.swift: {fault}" for fault in manifest_faults(root)]
    for path in sorted([*root.glob("Sources/**/*.swift"), *root.glob("Tests/**/*.swift")]):
        faults += [f"{path.relative_to(root)}:{line}: {fault}" for line, fault in file_faults(root, path)]
    print(*faults, sep="\n", end="\n" if faults else "")
    sys.exit(1 if faults else 0)


main()
