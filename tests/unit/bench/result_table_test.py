# SPDX-License-Identifier: Apache-2.0
"""The tables that a person reads after a run."""

import unittest

from fake_systems import ABOUT, sample
from rig import result_table, summary
from rig.scenario import by_name
from rig.system import Latency
from rig.turns import Measured


def scenario(name="typical"):
    fast = [sample(1_000_000, busy=1.0, body_bytes=10 ** 9, packets=6_000_000, memory_kib=51_200)]
    slow = [sample(requests, busy=1.0, body_bytes=10 ** 8, core_cycles=requests * 30_000,
                   instructions=requests * 20_000, failed=3) for requests in (90_000, 110_000)]
    rows = [Measured("penstock", "bypass", fast, [Latency(500_000, 50, 90, 1234)]),
            Measured("haproxy", "veth", slow),
            Measured("nginx", "veth", error="it | burns")]
    return summary.of_scenario(by_name(name), rows, ABOUT)


def row_of(text, system):
    return next(line for line in text.splitlines() if line.startswith(system)).split()


class Text(unittest.TestCase):
    def test_tells_rates_ratios_latencies_and_failures(self):
        text = result_table.text(scenario())
        self.assertEqual(row_of(text, "penstock"), [
            "penstock", "bypass", "1,000,000", "0%", "100%", "10.00", "2,000", "-", "6.0",
            "500,000", "50", "90", "1,234", "50", "0"])
        self.assertEqual(row_of(text, "haproxy"), [
            "haproxy", "veth", "100,000", "20%", "100%", "1.00", "30,000", "20,000", "-", "-", "-",
            "-", "-", "-", "6"])

    def test_stands_in_columns(self):
        lines = result_table.text(scenario()).splitlines()[1:4]
        ends = [line.index(word) + len(word) for line, word in
                zip(lines, ("req/s per core", "1,000,000", "100,000"))]
        self.assertEqual(len(set(ends)), 1)

    def test_says_below_why_a_row_is_empty(self):
        text = result_table.text(scenario())
        self.assertIn("nginx/veth: FAILED: it | burns", text)
        self.assertEqual(set(row_of(text, "nginx")[2:]), {"-"})

    def test_compares_gigabits_where_bytes_are_what_matters(self):
        text = result_table.text(scenario("response-64k"))
        self.assertIn("Gbit/s per core", text)
        self.assertEqual(row_of(text, "penstock")[2], "8.00")

    def test_compares_the_time_of_the_core_where_nothing_is_asked(self):
        text = result_table.text(scenario("idle"))
        self.assertIn("% of a core", text)
        self.assertEqual(row_of(text, "penstock")[2:6], ["100.00", "0%", "100%", "-"])


class Markdown(unittest.TestCase):
    def test_has_as_many_cells_in_every_row(self):
        rows = [line for line in result_table.markdown(scenario()).splitlines()
                if line.startswith("|")]
        self.assertEqual(len(rows), 2 + 3)
        self.assertEqual({row.count("|") for row in rows}, {16})

    def test_lets_no_sentence_break_a_table(self):
        self.assertIn("- nginx/veth: FAILED: it / burns", result_table.markdown(scenario()))

    def test_says_once_what_all_scenarios_have_in_common(self):
        text = result_table.markdown_document(summary.document([scenario(), scenario("idle")]))
        for words in ("commit abc1234", "`./bench/run`", "Test CPU", "nginx unknown"):
            self.assertEqual(text.count(words), 1, words)
        self.assertIn("### typical", text)
        self.assertIn("### idle", text)


if __name__ == "__main__":
    unittest.main()
