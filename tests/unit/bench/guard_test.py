# SPDX-License-Identifier: Apache-2.0
"""What the guard reads of callgrind and of the processor, and when it fails."""

import unittest

import fake_systems  # noqa: F401  (makes bench/ importable)
from rig import guard


class GuardTest(unittest.TestCase):
    def test_fails_on_more_than_five_percent_and_not_on_less(self):
        before = {"small": 1000, "large": 1000, "gone": 5}
        self.assertEqual(guard.grown(before, {"small": 1049, "large": 940, "new": 7}), {})
        self.assertEqual(list(guard.grown(before, {"small": 1051, "large": 1000})), ["small"])

    def test_reads_the_sum_of_a_dump(self):
        self.assertEqual(guard.instructions_in("events: Ir\nsummary: 4711\n\nfn=(1)\n"), 4711)

    def test_refuses_a_dump_in_which_nothing_was_counted(self):
        for text in ("events: Ir\nsummary: 0\n", "events: Ir\n"):
            with self.assertRaises(RuntimeError):
                guard.instructions_in(text)

    def test_names_a_processor_by_what_chooses_code(self):
        self.assertEqual(guard.features("flags\t\t: fpu sse4_2 avx2 avx512f\n"),
                         "x86-64 sse4_2 avx2")

    def test_shows_what_changed(self):
        text = guard.table({"small": 1000}, {"small": 1100, "new": 5})
        self.assertRegex(text, r"small +1000 +1100 +\+10\.0%")
        self.assertRegex(text, r"new +- +5 +new")

    def test_counts_scenarios_that_there_are_by_a_configuration_that_is_complete(self):
        for name in guard.COUNTED:
            scenario = guard.scenarios.by_name(name)
            text = guard.configuration(scenario)
            self.assertEqual(text.count("forward ="), scenario.rules)
            self.assertEqual(text.count(":80"), scenario.backends + 1)  # and the listener


if __name__ == "__main__":
    unittest.main()
