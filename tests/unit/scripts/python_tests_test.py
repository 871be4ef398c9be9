# SPDX-License-Identifier: Apache-2.0
"""What fails is counted as failed, unless it may run once more and passes then."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import written_tree

PROGRAM = written_tree.SCRIPTS / "python_tests.py"
HEAD = """
import pathlib, unittest
def first_time(name):
    marker = pathlib.Path(__file__).with_name(name)
    was_there, _ = marker.exists(), marker.touch()
    return not was_there
class A(unittest.TestCase):
"""
GOOD = "    def test_good(self): pass\n"
BAD = "    def test_bad(self): self.fail('always')\n"
ONCE_BAD = "    def test_once_bad(self): self.assertFalse(first_time('once'))\n"
ONCE_BAD_SUBTEST = """
    def test_parts(self):
        with self.subTest(1): self.assertFalse(first_time('part'))
"""
ONCE_BAD_CLASS = GOOD + """
    @classmethod
    def setUpClass(cls):
        if first_time('class'): raise OSError('busy')
"""


class PythonTestsTest(unittest.TestCase):
    def counts(self, text, again=0):
        """What the program says at its end, and all of it."""
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "a_test.py").write_text(text, encoding="utf-8")
            done = subprocess.run(
                [sys.executable, str(PROGRAM), "--again", str(again), folder, "10"],
                capture_output=True, check=False, text=True)
        last = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual(done.returncode, 1 if last["failed"] else 0)
        return (last["passed"], last["failed"], last["skipped"]), done.stdout

    def test_counts_what_failed(self):
        self.assertEqual(self.counts(HEAD + GOOD + BAD)[0], (1, 1, 0))
        self.assertEqual(self.counts(HEAD + GOOD + ONCE_BAD)[0], (1, 1, 0))

    def test_runs_again_what_may(self):
        counts, said = self.counts(HEAD + GOOD + ONCE_BAD, again=1)
        self.assertEqual(counts, (2, 0, 0))
        self.assertIn("passed only the second time: a_test.A.test_once_bad", said)

    def test_what_fails_twice_has_failed(self):
        self.assertEqual(self.counts(HEAD + GOOD + BAD, again=3)[0], (1, 1, 0))

    def test_many_failures_are_not_run_again(self):
        self.assertEqual(self.counts(HEAD + BAD + ONCE_BAD, again=1)[0], (0, 2, 0))

    def test_a_class_may_say_that_once_is_enough(self):
        strict = HEAD + "    may_run_again = False\n"
        self.assertEqual(self.counts(strict + GOOD + ONCE_BAD, again=1)[0], (1, 1, 0))

    def test_a_class_that_could_not_be_set_up_runs_again(self):
        self.assertEqual(self.counts(HEAD + ONCE_BAD_CLASS)[0], (0, 1, 0))
        self.assertEqual(self.counts(HEAD + ONCE_BAD_CLASS, again=1)[0], (1, 0, 0))

    def test_a_subtest_runs_again_with_its_test(self):
        self.assertEqual(self.counts(HEAD + ONCE_BAD_SUBTEST, again=1)[0], (1, 0, 0))

    def test_a_file_that_cannot_be_read_has_failed(self):
        self.assertEqual(self.counts("import nothing_of_that_name\n", again=1)[0][1], 1)


if __name__ == "__main__":
    unittest.main()
