"""Scripts/test.sh starts the servers, hands what they say to the tests, and leaves nothing running, however it ends."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

SCRIPTS = pathlib.Path(__file__).parents[2] / "Scripts"
FAKE_SWIFT = """#!/bin/bash
case $1 in
    build) exit "${FAKE_BUILD:-0}" ;;
    test) echo "args: ${*:2}"; env | grep ^COMPANION_ | sort; touch testing; ${FAKE_TEST:-true} ;;
esac
"""
ANSWERING = "exec 3> >(sleep 1000); echo $$ > {0}.pid; echo some noise; echo READY COMPANION_{1}=v; sleep 1000\n"
WAITING_FOR_TERM = "trap 'touch stopped; exit' TERM\necho READY COMPANION_A=1\nwhile :; do sleep 0.1; done\n"


class TestRunner(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        peers = self.root / "Scripts/peers"
        peers.mkdir(parents=True)
        shutil.copy(SCRIPTS / "lib.sh", self.root / "Scripts")
        shutil.copy(SCRIPTS / "test.sh", self.root / "Scripts")
        self.write("Scripts/setup.sh", "#!/bin/bash\n")
        self.write("bin/swift", FAKE_SWIFT)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def peer(self, name, body):
        self.write(f"Scripts/peers/{name}", "#!/usr/bin/env bash\n" + body)

    def start(self, *arguments, **environment):
        path = f"{self.root / 'bin'}:{os.environ['PATH']}"
        # What the checks of a whole run set for themselves is not what a server said.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COMPANION_")}
        return subprocess.Popen(
            [self.root / "Scripts/test.sh", *arguments], cwd="/", text=True, start_new_session=True,
            env={**inherited, "PATH": path, "PATIENCE": "30", **environment},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run_tests(self, *arguments, **environment):
        process = self.start(*arguments, **environment)
        output = process.communicate(timeout=120)[0]
        self.assert_nothing_runs()
        return process.returncode, output

    def assert_nothing_runs(self):
        deadline = time.monotonic() + 60
        while left := [p for p in pathlib.Path("/proc").glob("[0-9]*/environ") if self.is_ours(p)]:
            self.assertLess(time.monotonic(), deadline, left)
            time.sleep(0.05)

    def is_ours(self, environ):
        try:
            return str(self.root / "bin") in environ.read_text(errors="replace")
        except OSError:
            return False

    def test_what_servers_say_reaches_the_tests_and_they_are_stopped(self):
        self.peer("one.sh", ANSWERING.format("one", "ONE"))
        self.peer("two.sh", ANSWERING.format("two", "TWO"))
        self.write("Scripts/peers/helper.py", "import nothing")
        status, output = self.run_tests("--filter", "Some thing")
        self.assertEqual(status, 0, output)
        self.assertIn("--filter Some thing\nCOMPANION_ONE=v\nCOMPANION_TWO=v\n", output)
        self.assertIn("real server one: ran", output)
        self.assertNotIn("helper", output)

    def test_what_failed_stands_at_the_end(self):
        report = ('<testsuites><testsuite><testcase classname="Luna" name="speaks()"><failure message="no word &lt; 1"/>'
                  '</testcase></testsuite></testsuites>')
        for target in ("OneTests", "TwoTests"):
            self.write(f"Tests/{target}/.keep", "")
        self.write("fail.sh", f"#!/bin/bash\necho '{report}' >.build/results/OneTests-swift-testing.xml; exit 1\n")
        status, output = self.run_tests(FAKE_TEST=str(self.root / "fail.sh"))
        self.assertEqual(status, 1, output)
        end = output[output.index("==> The tests FAILED (1)"):]
        self.assertIn("    OneTests: FAILED (1)\n    TwoTests: FAILED (1)\n", end)
        self.assertIn("    failed: Luna.speaks(): no word < 1\n", end)

    def test_a_server_gets_the_chance_to_clean_up(self):
        self.peer("one.sh", WAITING_FOR_TERM)
        self.assertEqual(self.run_tests()[0], 0)
        self.assertTrue((self.root / "stopped").exists())

    def test_the_exit_code_is_that_of_the_tests(self):
        self.peer("one.sh", ANSWERING.format("one", "ONE"))
        status, output = self.run_tests(FAKE_TEST="exit 7")
        self.assertEqual(status, 7, output)
        self.assertIn("FAILED (7)", output)

    def test_a_failed_build_ends_the_run(self):
        self.peer("one.sh", ANSWERING.format("one", "ONE"))
        status, output = self.run_tests(FAKE_BUILD="3")
        self.assertEqual(status, 3, output)
        self.assertNotIn("args:", output)

    def test_a_server_that_can_not_be_had_is_skipped_loudly(self):
        self.peer("one.sh", "echo SKIP no such package\n")
        self.write("Scripts/peers/two.py", "#!/usr/bin/env python3\n")
        status, output = self.run_tests()
        self.assertEqual(status, 0, output)
        self.assertIn("!!! one is not started: no such package", output)
        self.assertIn("!!! two is not started", output)
        self.assertIn("real server one: SKIPPED, no such package", output)

    def test_a_server_that_fails_fails_the_run_and_shows_why(self):
        for body, patience, reason in [
            ("echo why >&2; exit 1\n", 30, "ended before it was ready"),
            ("echo why; sleep 1000\n", 1, "was not ready within 1 seconds"),
            ("echo READY PATH=why; sleep 1000\n", 30, "'PATH=why', which is no"),
            ("echo READY COMPANION_URL=http://127.0.0.1:1/why; sleep 1000\n", 30, "refuses port 1"),
        ]:
            with self.subTest(reason):
                self.peer("one.sh", body)
                status, output = self.run_tests(PATIENCE=str(patience))
                self.assertEqual(status, 1, output)
                self.assertIn("why", output)
                self.assertIn(reason, output)
                self.assertNotIn("args:", output)

    def test_servers_can_be_left_out(self):
        self.peer("one.sh", ANSWERING.format("one", "ONE"))
        self.peer("two.sh", ANSWERING.format("two", "TWO"))
        self.assertNotIn("COMPANION", self.run_tests(PEERS="none")[1])
        output = self.run_tests(PEERS="two")[1]
        self.assertIn("COMPANION_TWO", output)
        self.assertNotIn("COMPANION_ONE", output)

    def test_a_signal_in_the_middle_leaves_nothing_running(self):
        self.peer("one.sh", ANSWERING.format("one", "ONE"))
        for number, status in [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]:
            with self.subTest(number):
                self.assertEqual(self.interrupt(number), status)

    def test_a_server_that_does_not_listen_is_killed(self):
        self.peer("deaf.sh", "trap '' TERM\necho READY COMPANION_DEAF=1\nwhile :; do sleep 0.1; done\n")
        self.assertEqual(self.interrupt(signal.SIGTERM, PATIENCE="5"), 143)

    def interrupt(self, number, **environment):
        process = self.start(FAKE_TEST="sleep 1000", **environment)
        self.wait_for("testing")
        process.send_signal(number)
        process.communicate(timeout=120)
        self.assert_nothing_runs()
        (self.root / "testing").unlink()
        return process.returncode

    @unittest.skipUnless(shutil.which("setpriv"), "only Linux ties a process to its parent")
    def test_servers_end_even_where_the_runner_is_killed(self):
        self.peer("one.sh", WAITING_FOR_TERM)
        process = self.start(FAKE_TEST="exec sleep 1000")
        self.wait_for("testing")
        process.kill()
        process.communicate(timeout=120)
        self.assert_nothing_runs()
        self.assertTrue((self.root / "stopped").exists())

    def wait_for(self, name):
        deadline = time.monotonic() + 60
        while not (self.root / name).exists():
            self.assertLess(time.monotonic(), deadline, f"no {name}")
            time.sleep(0.02)


if __name__ == "__main__":
    unittest.main()
