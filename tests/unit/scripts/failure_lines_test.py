# SPDX-License-Identifier: Apache-2.0
"""What scripts/test says at its end names each failure, whatever program found it."""

import unittest

import written_tree  # noqa: F401  (makes scripts/ importable)
import failure_lines

PYTHON = """\
  ok       a_test.A.test_good (0.1 s)
  FAILED   a_test.A.test_bad (3.2 s)
  ERROR    a_test.A.test_broken (0.0 s)
======================================================================
FAIL: test_bad (a_test.A.test_bad)
Traceback (most recent call last):
  File "a_test.py", line 9, in test_bad
    self.assertEqual(1, 2)
AssertionError: 1 != 2
Ran 3 tests in 3.300s

FAILED (failures=1, errors=1)
"""
GOOGLETEST = """\
[       OK ] Flow.Good (0 ms)
[  FAILED  ] Flow.Bad (2 ms)
[==========] 2 tests from 1 test suite ran. (2 ms total)
[  FAILED  ] 1 test, listed below:
[  FAILED  ] Flow.Bad

 1 FAILED TEST
"""


class FailureLinesTest(unittest.TestCase):
    def test_names_python_tests_and_their_reasons(self):
        self.assertEqual(failure_lines.of_log(PYTHON), [
            "  FAILED   a_test.A.test_bad (3.2 s)", "  ERROR    a_test.A.test_broken (0.0 s)",
            "AssertionError: 1 != 2"])

    def test_names_googletest_cases(self):
        self.assertIn("[  FAILED  ] Flow.Bad (2 ms)", failure_lines.of_log(GOOGLETEST))
        self.assertNotIn("[       OK ] Flow.Good (0 ms)", failure_lines.of_log(GOOGLETEST))

    def test_names_what_other_programs_say(self):
        for line in ("ended after 900 s", "FAILED: dataplane/a.cc.o", "a.cc:3:1: error: no such",
                     "seed 17 FAILED, 3 answers, 9 s", "SUMMARY: AddressSanitizer: heap-overflow",
                     "penstock_errors.TestbedError: no wire", "SystemExit: 143"):
            self.assertEqual(failure_lines.of_log(f"fine\n{line}\nfine\n"), [line])

    def test_says_nothing_of_what_passed(self):
        self.assertEqual(failure_lines.of_log(
            "  ok       a_test.A.test_error (0.1 s)\n300 seeds: 300 ok, 0 failed, 9 s\nOK\n"), [])

    def test_is_bounded(self):
        lines = failure_lines.of_log("".join(f"seed {seed} FAILED\n" for seed in range(300)))
        self.assertEqual(len(lines), failure_lines.LINES_MAX + 1)
        self.assertEqual(lines[-1], "... and 260 lines more")

    def test_names_what_passed_only_the_second_time(self):
        late = "  passed only the second time: a_test.A.test_bad"
        self.assertEqual(failure_lines.passed_late(f"{PYTHON}\n{late}\nOK\n"), [late])
        self.assertEqual(failure_lines.passed_late(PYTHON), [])

    def test_a_log_is_shown_without_the_tests_that_passed(self):
        self.assertEqual(failure_lines.without_passed(PYTHON)[0],
                         "  FAILED   a_test.A.test_bad (3.2 s)")


if __name__ == "__main__":
    unittest.main()
