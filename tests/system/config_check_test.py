# SPDX-License-Identifier: Apache-2.0
"""`penstock check` and penstockd refuse a broken file in the same exact words."""

import pathlib
import unittest

from testbed import process
from testbed.penstock import ROOT, executable

GOLDEN = ROOT / "tests" / "golden" / "check"


class ConfigCheckTest(unittest.TestCase):
    def test_broken_files_give_exact_answers(self):
        files = sorted(GOLDEN.glob("*.cfg"))
        self.assertEqual(len(files), 12)
        for file in files:
            with self.subTest(file.name):
                expected = file.with_suffix(".problems").read_text(encoding="utf-8")
                done = self.run_on(file, "penstock", "check")
                self.assertEqual(done.stdout + done.stderr, expected)
                self.assertEqual(done.returncode, 1)

    def test_penstockd_refuses_each_of_them_in_the_same_words(self):
        for file in sorted(GOLDEN.glob("*.cfg")):
            with self.subTest(file.name):
                done = self.run_on(file, "penstockd")
                for line in file.with_suffix(".problems").read_text(encoding="utf-8").splitlines():
                    self.assertIn(line, done.stdout + done.stderr)
                self.assertEqual(done.returncode, 1)

    def test_the_shipped_files_are_good(self):
        for file in sorted((ROOT / "config").glob("*.cfg")):
            with self.subTest(file.name):
                self.assertEqual(self.run_on(file, "penstock", "check").returncode, 0)

    def test_a_file_that_is_not_there_is_named(self):
        done = self.run_on(pathlib.Path(GOLDEN / "no-such-file.cfg"), "penstock", "check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no-such-file.cfg", done.stdout + done.stderr)

    @staticmethod
    def run_on(file, program, *words):
        """Runs it where the file is, so that the answer names the file as it was given."""
        return process.run([executable(program), *words, file.name], accept=None, cwd=file.parent)
