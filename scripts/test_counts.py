# SPDX-License-Identifier: Apache-2.0
"""How many test cases passed, failed and were skipped, summed over programs of several kinds."""

import dataclasses
import json
import re


@dataclasses.dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Counts(self.passed + other.passed, self.failed + other.failed,
                      self.skipped + other.skipped)

    def __str__(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text


def of_status(status):
    """A program that is one test: it passes by ending with 0; 77 is meson's word for skipped."""
    return Counts(int(status == 0), int(status not in (0, 77)), int(status == 77))


def of_googletest(report, status):
    """Counts a report of --gtest_output=json. A program that died early counts as one failure more.

    `report` is the text of the report, or None when the program wrote none.
    """
    try:
        suites = json.loads(report or "")["testsuites"]
    except (ValueError, KeyError):
        return Counts(failed=1)
    counts = Counts()
    for suite in suites:
        for case in suite["testsuite"]:
            if case.get("failures"):
                counts.failed += 1
            elif case.get("result") == "SKIPPED" or case.get("status") == "NOTRUN":
                counts.skipped += 1
            else:
                counts.passed += 1
    if status != 0 and not counts.failed:
        counts.failed = 1
    return counts


def of_worlds(text, wanted):
    """What scripts/sim ends with; worlds of which it says nothing have failed."""
    ends = re.findall(r"^\d+ seeds: (\d+) ok, \d+ failed", text, re.MULTILINE)
    passed = int(ends[-1]) if ends else 0
    return Counts(passed, wanted - passed)
