# SPDX-License-Identifier: Apache-2.0
"""The table of RFC 9293's requirements in dataplane/tcp/README.md names tests that exist."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
README = ROOT / "dataplane" / "tcp" / "README.md"
# Every MUST of RFC 9293, which numbers them from 1 to 69.
MUSTS = set(range(1, 70))
EXCUSE = "does not apply: "


def rows():
    text = README.read_text(encoding="utf-8").split("## RFC 9293 Appendix B", 1)[1]
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[1].startswith("MUST"):
            yield cells


def numbers_of(cell):
    return {int(number) for number in re.findall(r"\d+", cell)}


def tests_in_tree():
    found = set()
    for folder in ("tests/dialogue", "tests/unit/dataplane"):
        for path in (ROOT / folder).rglob("*_test.cc"):
            for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)",
                                          path.read_text(encoding="utf-8"), re.MULTILINE):
                found.add(f"{suite}.{name}")
    return found


class ConformanceTableTest(unittest.TestCase):
    def test_every_test_that_is_named_exists(self):
        existing = tests_in_tree()
        for requirement, _, shown in rows():
            with self.subTest(requirement):
                self.assertTrue(shown in existing or shown.startswith(EXCUSE), shown)

    def test_no_requirement_is_missing(self):
        listed = set()
        for _, numbers, _ in rows():
            listed |= numbers_of(numbers)
        self.assertEqual(sorted(MUSTS - listed), [])

    def test_an_excuse_says_why(self):
        for requirement, _, shown in rows():
            with self.subTest(requirement):
                self.assertGreater(len(shown.removeprefix(EXCUSE)), 10)


if __name__ == "__main__":
    unittest.main()
