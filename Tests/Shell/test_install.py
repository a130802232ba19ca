"""Scripts/install.sh puts the program, its characters and its completions under PREFIX, and sees that they are found."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).parents[2] / "Scripts"
CARDS = "Sources/Examples/Support/Resources/Characters"
FAKE_SWIFT = """#!/bin/bash
echo "$*" >>swift.log
case " $* " in *" --show-bin-path "*) echo "$PWD/built" ;; esac
"""
# Lists the cards that lie where the real program looks for them.
FAKE_COMPANION = """#!/bin/bash
case $1 in
    --version) echo 9.8.7 ;;
    --generate-completion-script) echo "completes in $2" ;;
    characters) for card in "$(dirname "$0")"/../share/companion/Characters/*.png; do echo "bundled $card"; done ;;
esac
"""


class Install(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for name in ("Scripts/lib.sh", "Scripts/install.sh"):
            self.write(name, (SCRIPTS.parent / name).read_text())
        self.write("Scripts/setup.sh", "#!/bin/bash\n")
        self.write("bin/swift", FAKE_SWIFT)
        self.write("built/companion", FAKE_COMPANION)
        for name in ("a", "b", "c"):
            self.write(f"{CARDS}/{name}.png", name)
        self.prefix = self.root / "a prefix"

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def install(self, *arguments):
        return subprocess.run(
            [self.root / "Scripts/install.sh", *arguments], cwd="/", text=True, capture_output=True, timeout=60,
            env={**os.environ, "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}"})

    def test_everything_is_put_in_its_place(self):
        result = self.install(self.prefix)
        self.assertEqual(result.returncode, 0, result.stderr)
        files = {str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*") if path.is_file()}
        self.assertEqual(files, {
            "bin/companion", "share/bash-completion/completions/companion", "share/zsh/site-functions/_companion",
            "share/fish/vendor_completions.d/companion.fish",
            *(f"share/companion/Characters/{name}.png" for name in "abc")})
        self.assertTrue(os.access(self.prefix / "bin/companion", os.X_OK))
        self.assertEqual((self.prefix / "share/zsh/site-functions/_companion").read_text(), "completes in zsh\n")
        self.assertIn("9.8.7", result.stdout)

    def test_the_build_is_optimised_and_brings_its_libraries(self):
        self.install(self.prefix)
        first = (self.root / "swift.log").read_text().splitlines()[0]
        self.assertIn("--configuration release", first)
        if os.uname().sysname != "Darwin":
            self.assertIn("--static-swift-stdlib", first)

    def test_an_earlier_installation_is_replaced(self):
        self.install(self.prefix)
        self.write("built/companion", FAKE_COMPANION.replace("9.8.7", "9.9.0"))
        self.assertIn("9.9.0", self.install(self.prefix).stdout)

    def test_a_program_that_does_not_find_its_characters_is_a_failure(self):
        self.write("built/companion", FAKE_COMPANION.replace("share/companion", "share/elsewhere"))
        result = self.install(self.prefix)
        self.assertEqual(result.returncode, 1)
        self.assertIn("characters", result.stderr)

    def test_a_prefix_that_can_not_be_written_fails_before_the_build(self):
        for prefix in ("/proc/nowhere", "relative", ""):
            self.assertEqual(self.install(prefix).returncode, 1, prefix)
        self.assertEqual(self.install().returncode, 1)
        self.assertFalse((self.root / "swift.log").exists())


if __name__ == "__main__":
    unittest.main()
