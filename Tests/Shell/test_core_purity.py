"""Scripts/check-core-purity.py finds each violation that is planted, and nothing where all is well."""

import pathlib
import subprocess
import tempfile
import unittest

CHECK = pathlib.Path(__file__).parents[2] / "Scripts/check-core-purity.py"
MANIFEST = """// swift-tools-version:6.2
import PackageDescription
let package = Package(name: "planted", targets: [
    .target(name: "CompanionCore", dependencies: [CORE]),
    .target(name: "CompanionBoat", dependencies: ["CompanionCore", "_CompanionSea", BOAT], path: "Sources/Adapters/Boat"),
    .target(name: "CompanionShip", path: "Sources/Adapters/Ship"),
    .target(name: "_CompanionSea", path: "Sources/Adapters/Support/Sea"),
])
"""
FALLBACK = """
#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
"""
CORE, BOAT, SEA, HOST, TEST = (
    "Sources/CompanionCore/A.swift", "Sources/Adapters/Boat/A.swift", "Sources/Adapters/Support/Sea/A.swift",
    "Sources/Examples/Host/main.swift", "Tests/BoatTests/A.swift")


class CorePurity(unittest.TestCase):
    def faults(self, files, core="", boat=""):
        """What the check prints about a package with these files and dependencies, a line each."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "Package.swift").write_text(MANIFEST.replace("CORE", core).replace("BOAT", boat))
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            run = subprocess.run([CHECK, root], stdout=subprocess.PIPE, text=True)
            self.assertEqual(run.returncode, 1 if run.stdout else 0)
            return run.stdout.splitlines()

    def test_what_is_allowed_passes(self):
        self.assertEqual(self.faults({
            CORE: FALLBACK + 'import Synchronization\n// import NIO\nlet a = """\nimport NIO\n"""\nlet b = "try! it"\n'
                  "/* fatalError() */\n",
            BOAT: "public import CompanionCore\ninternal import _CompanionSea\ninternal import NIOCore\n"
                  "// Safety: the lock guards it,\n// always.\nfinal class B: @unchecked Sendable {}\n"
                  "let c = try! d() // Safety: a literal\n",
            SEA: "package import NIOCore\nlet log = service.fatalError(1)\n",
            HOST: "import CompanionBoat\nimport Foundation\n",
            TEST: "import Foundation\nimport CompanionBoat\n@testable import CompanionCore\n",
        }), [])

    def test_each_violation_is_found_where_it_is(self):
        planted = [
            (CORE, "\nimport NIOCore", "2: CompanionCore imports NIOCore"),
            (CORE, "@preconcurrency internal import struct Logging.Logger", "1: CompanionCore imports Logging"),
            (CORE, "import Glibc", "1: CompanionCore imports Glibc"),
            (CORE, "import Foundation", "1: full Foundation"),
            (CORE, FALLBACK + "import Foundation", "7: full Foundation"),
            (CORE, "#if os(Linux)\n#else\nimport Foundation\n#endif", "3: full Foundation"),
            (CORE, "#if canImport(FoundationEssentials)\nimport Foundation\n#endif", "2: full Foundation"),
            (BOAT, "import Foundation", "1: full Foundation"),
            (BOAT, "import CompanionShip", "1: an adapter imports the adapter CompanionShip"),
            (SEA, "import CompanionBoat", "1: an adapter imports the adapter CompanionBoat"),
            (BOAT, "public import NIOCore", "1: shows the types of NIOCore"),
            (BOAT, "public import struct NIOCore.ByteBuffer", "1: shows the types of NIOCore"),
            (BOAT, "@_exported import NIOCore", "1: shows the types of NIOCore"),
            (BOAT, "final class B: @unchecked Sendable {}", "1: @unchecked Sendable without"),
            (BOAT, "// Safety:\nfinal class B: @unchecked Sendable {}", "2: @unchecked Sendable without"),
            (BOAT, "// Safety: far away.\n\nfinal class B: @unchecked Sendable {}", "3: @unchecked Sendable without"),
            (CORE, "let a = try! b()", "1: try! without"),
            (CORE, 'let a = "http://x" + (try! b())', "1: try! without"),
            (HOST, "fatalError()", "1: fatalError( without"),
            (TEST, "nonisolated(unsafe) var a = 0", "1: nonisolated(unsafe) without"),
        ]
        files = {file.replace(".swift", f"{number}.swift"): text for number, (file, text, _) in enumerate(planted)}
        found = self.faults(files)
        for file, (_, text, fault) in zip(files, planted):
            with self.subTest(file=file, text=text):
                self.assertTrue(any(line.startswith(f"{file}:{fault}") for line in found), found)

    def test_dependencies_in_the_manifest_are_held(self):
        self.assertEqual(
            self.faults({}, core='"_CompanionSea"'), ["Package.swift: CompanionCore depends on _CompanionSea"])
        self.assertEqual(
            self.faults({}, boat='"CompanionShip"'),
            ["Package.swift: the adapter CompanionBoat depends on the adapter CompanionShip"])


if __name__ == "__main__":
    unittest.main()
