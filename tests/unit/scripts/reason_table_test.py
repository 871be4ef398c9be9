# SPDX-License-Identifier: Apache-2.0
"""The table of reasons in config/reasons.md is that of dataplane/http/reason.h."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]


def reasons_of_the_product():
    text = (ROOT / "dataplane" / "http" / "reason.h").read_text(encoding="utf-8")
    entries = re.findall(r'ReplyReasonEntry\{ReplyReason::\w+,\s*(\d+),\s*"(\w+)"\}', text)
    return [(name, shown_status(name, status)) for status, name in entries if name != "none"]


# Some have a status that depends on what was asked.
DEPENDS = {"max_forwards_reached": "200 or 501"}


def shown_status(name, status):
    if status != "0" or name in DEPENDS:
        return DEPENDS.get(name, status)
    return "the rule's" if name.startswith("rule_") else "none"


def rows_of_the_table():
    text = (ROOT / "config" / "reasons.md").read_text(encoding="utf-8")
    return [[cell.strip() for cell in line.strip("|").split("|")]
            for line in text.splitlines() if line.startswith("| `")]


class ReasonTableTest(unittest.TestCase):
    def test_each_reason_is_there_once_with_its_status_and_in_order(self):
        shown = [(row[0].strip("`"), row[1]) for row in rows_of_the_table()]
        self.assertEqual(shown, reasons_of_the_product())
        self.assertGreater(len(shown), 50)

    def test_each_reason_says_what_happened_and_whose_fault_it_is(self):
        for name, _, happened, fault in rows_of_the_table():
            self.assertTrue(happened and fault, name)
