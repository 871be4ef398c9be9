# SPDX-License-Identifier: Apache-2.0
"""What a stage's log says of its failures, without what it says of the rest.

A log may hold thousands of lines and what failed any of them; whoever sees only the end of what
scripts/test printed must find there which test failed and how.
"""

import re

LINES_MAX = 40  # a stage's; more failures than that have one cause
PASSED_LATE = "  passed only the second time: "
PASSED = re.compile(r"  ok +\S+ \([\d.]+ s\)$")
# Of python_tests.py, GoogleTest and scripts/sim, of ninja, of the compilers and checks, of
# stages.py, of the sanitizers and libFuzzer, of Python.
FAILURE = re.compile(r"\bFAILED\b|^  ERROR |\berror: |^ended after |^SUMMARY: "
                     r"|^(\w+\.)*\w*(Error|Exception|Exit|Overdue)\b(: |$)")
SUMS = re.compile(r"^FAILED \(|FAILED TESTS?$|^\d+ seeds: ")


def of_log(text):
    """The lines that name what failed or why, each once, in their order."""
    found = [line.rstrip() for line in text.splitlines()
             if FAILURE.search(line) and not SUMS.search(line)]
    distinct = list(dict.fromkeys(found))
    if len(distinct) <= LINES_MAX:
        return distinct
    return [*distinct[:LINES_MAX], f"... and {len(distinct) - LINES_MAX} lines more"]


def passed_late(text):
    """The lines that name tests which failed at first."""
    return [line for line in text.splitlines() if line.startswith(PASSED_LATE)]


def without_passed(text):
    """The lines of a log but for those of Python tests that passed."""
    return [line for line in text.splitlines() if not PASSED.match(line)]
