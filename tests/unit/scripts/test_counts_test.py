# SPDX-License-Identifier: Apache-2.0
"""The line that scripts/test ends with counts what happened, and never less than that."""

import json
import unittest

import written_tree  # noqa: F401  (makes scripts/ importable)
from test_counts import Counts, of_googletest, of_status, of_worlds


def report(*cases):
    return json.dumps({"testsuites": [{"testsuite": list(cases)}]})


PASSED = {"status": "RUN", "result": "COMPLETED"}
FAILED = {"status": "RUN", "result": "COMPLETED", "failures": [{"failure": "x"}]}
SKIPPED = {"status": "RUN", "result": "SKIPPED"}
DISABLED = {"status": "NOTRUN", "result": "SUPPRESSED"}


class TestCounts(unittest.TestCase):
    def test_prints_skipped_only_where_something_was(self):
        self.assertEqual(str(Counts(3, 0, 0)), "3 passed, 0 failed")
        self.assertEqual(str(Counts(3, 1, 2)), "3 passed, 1 failed, 2 skipped")

    def test_counts_cases_not_programs(self):
        text = report(PASSED, PASSED, FAILED, SKIPPED, DISABLED)
        self.assertEqual(of_googletest(text, 1), Counts(2, 1, 2))

    def test_counts_a_program_that_died_before_its_report_as_a_failure(self):
        self.assertEqual(of_googletest(None, -11), Counts(failed=1))
        self.assertEqual(of_googletest("{", 0), Counts(failed=1))

    def test_counts_a_leak_after_the_last_case_as_a_failure(self):
        self.assertEqual(of_googletest(report(PASSED), 23), Counts(1, 1, 0))

    def test_counts_a_plain_program_by_its_exit_status(self):
        self.assertEqual(of_status(0), Counts(passed=1))
        self.assertEqual(of_status(77), Counts(skipped=1))
        self.assertEqual(of_status(-9), Counts(failed=1))

    def test_counts_each_simulated_world(self):
        self.assertEqual(of_worlds("sim: ...\n300 seeds: 299 ok, 1 failed, 9 s\n", 300),
                         Counts(299, 1))
        self.assertEqual(of_worlds("Traceback\n", 300), Counts(failed=300))


if __name__ == "__main__":
    unittest.main()
