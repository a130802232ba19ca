"""Scripts/check-docs.py finds each fault that is planted in a page, and nothing in a good one."""

import contextlib
import importlib.util
import io
import pathlib
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).parents[2] / "Scripts/check-docs.py"
specification = importlib.util.spec_from_file_location("check_docs", SCRIPT)
check_docs = importlib.util.module_from_spec(specification)
specification.loader.exec_module(check_docs)

GOOD = """# A page: with `code`
```swift
let one = 1
try await Task.sleep(for: .seconds(one))
```
And then
<!-- continues -->
```swift
print(one + 1)
```
<!-- swift
func hidden() {}
-->
```swift
hidden()
```
<!-- file: Sources/main.swift -->
```swift
print("the file")
```
<!-- not compiled: a sketch -->
```swift
let it be
```
```swift
@main struct Program { static func main() async {} }
```
~~~console
$ not swift [nor a link](nowhere.md)
~~~
[up](#a-page-with-code), [the file](Sources/main.swift), `[code](nowhere.md)`, [web](https://swift.org)
[reference]: Sources/main.swift
"""


class Docs(unittest.TestCase):
    def check(self, text):
        """What the check prints about a package with this page and one source file."""
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as output:
            root = pathlib.Path(folder).resolve()
            check_docs.ROOT, check_docs.BUILD = root, root / "build"
            for name, content in [
                ("README.md", text), ("Sources/main.swift", 'print("the file")\n'),
                ("build/description.json", '{"swiftCommands": {}}'),
            ]:
                (root / name).parent.mkdir(exist_ok=True)
                (root / name).write_text(content)
            with self.assertRaises(SystemExit) as end:
                check_docs.main([])
        self.assertEqual(end.exception.code, 0 if ", 0 faults" in output.getvalue() else 1)
        return output.getvalue()

    def test_a_good_page_passes(self):
        self.assertEqual(self.check(GOOD), "3 examples and 4 links on 1 pages, 0 faults\n")

    def test_an_error_is_shown_at_its_own_line(self):
        self.assertIn("README.md:3:15: error: cannot find 'two'", self.check("Text\n```swift\nlet one = 1 + two\n```\n"))

    def test_each_fault_is_found(self):
        for page, fault in [
            ("```swift\nlet one = 1\n", "README.md:1: is never closed"),
            ("<!-- continues -->\n```swift\n```\n", "README.md:2: continues, but no compiled block"),
            ("<!-- file: Sources/main.swift -->\n```swift\nprint()\n```\n", "README.md:2: differs from Sources/main.swift"),
            ("<!-- file: Sources/no.swift -->\n```swift\nprint()\n```\n", "README.md:2: there is no Sources/no.swift"),
            ("<!-- not compiled -->\n```swift\nlet it be\n```\n", "README.md:2: is not compiled and gives no reason"),
            ("<!-- not compiled: far -->\nText\n```swift\nlet it be\n```\n", "README.md:3: does not compile"),
            ("[a](b.md)\n", "README.md:1: links to b.md"),
            ("[a](../outside)\n", "README.md:1: links to ../outside"),
            ("[a](#b)\n", "README.md:1: links to #b"),
        ]:
            with self.subTest(page=page):
                self.assertIn(fault, self.check(page))


if __name__ == "__main__":
    unittest.main()
