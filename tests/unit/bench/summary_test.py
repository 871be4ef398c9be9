# SPDX-License-Identifier: Apache-2.0
"""What is computed from runs, and the shape of the file that it is written to."""

import json
import unittest

from fake_systems import ABOUT, sample
from rig import summary
from rig.scenario import by_name
from rig.system import Latency
from rig.turns import Measured

MACHINE = {"tsc_mhz": 2000.0}


def of_samples(*samples, machine=None, **fields):
    row = Measured("haproxy", "veth", list(samples), **fields)
    return summary.of_system(row, machine or MACHINE)


def row(system, wire, requests):
    return Measured(system, wire, [sample(requests)])


class OfSystem(unittest.TestCase):
    def test_tells_the_least_the_middle_and_the_greatest_rate(self):
        told = of_samples(sample(300), sample(100), sample(200))
        self.assertEqual(told["requests_per_second"], {"min": 100, "median": 200, "max": 300})
        self.assertEqual(told["runs"], 3)

    def test_judges_by_the_time_that_the_core_was_busy(self):
        told = of_samples(sample(1000, busy=0.25, seconds=2.0))
        self.assertEqual(told["requests_per_second"]["median"], 500)
        self.assertEqual(told["requests_per_second_per_core"]["median"], 4000)
        self.assertEqual(told["bytes_per_second_per_core"]["median"], 200_000)
        self.assertEqual(told["busy_share"]["median"], 0.125)

    def test_takes_cycles_from_perf_when_every_run_has_them(self):
        told = of_samples(sample(1000, core_cycles=5_000_000), sample(1000, core_cycles=7_000_000))
        self.assertEqual((told["cycles_per_request"]["median"], told["cycles_source"]),
                         (6000, "perf"))

    def test_takes_busy_time_for_cycles_when_a_run_has_none(self):
        told = of_samples(sample(1000, core_cycles=5_000_000), sample(1000))
        self.assertEqual((told["cycles_per_request"]["median"], told["cycles_source"]),
                         (1_000_000, "tsc"))

    def test_takes_the_rate_of_the_core_itself_where_it_was_measured(self):
        told = of_samples(sample(1000), machine={"tsc_mhz": 2000.0, "core_mhz": 4000})
        self.assertEqual((told["cycles_per_request"]["median"], told["cycles_source"]),
                         (2_000_000, "clock"))

    def test_has_no_cycles_where_the_rate_of_the_counter_is_unknown(self):
        told = summary.of_system(Measured("haproxy", "veth", [sample()]), {})
        self.assertIsNone(told["cycles_per_request"])

    def test_says_none_of_what_was_not_measured_in_every_run(self):
        told = of_samples(sample(), sample(packets=6000))
        for name in ("packets_per_request", "instructions_per_request", "memory_kib", "user_share",
                     "latency_us", "error", "not_applicable"):
            self.assertIsNone(told[name], name)

    def test_tells_packets_instructions_memory_and_shares(self):
        told = of_samples(sample(1000, packets=6000, instructions=9_000_000, memory_kib=2048,
                                 user_seconds=0.2, kernel_seconds=0.3))
        self.assertEqual(told["packets_per_request"]["median"], 6)
        self.assertEqual(told["instructions_per_request"]["median"], 9000)
        self.assertEqual(told["memory_kib"], 2048)
        self.assertEqual((told["user_share"]["median"], told["kernel_share"]["median"]), (0.2, 0.3))

    def test_takes_medians_of_latencies(self):
        told = of_samples(sample(), latencies=[Latency(500, 10, 20, 30), Latency(510, 11, 90, 99),
                                               Latency(490, 12, 21, 31)])
        self.assertEqual(told["latency_us"],
                         {"at_requests_per_second": 500, "p50": 11, "p99": 21, "p999": 31})

    def test_adds_up_the_failures_of_all_runs(self):
        self.assertEqual(of_samples(sample(failed=1), sample(failed=2))["failed"], 3)

    def test_takes_the_note_of_the_run_in_the_middle(self):
        told = of_samples(sample(300, notes="fast"), sample(100, notes="slow"),
                          sample(200, notes="usual"))
        self.assertEqual(told["notes"], "usual")

    def test_has_rates_of_nothing_for_an_idle_system(self):
        told = of_samples(sample(0, busy=0.01), sample(0, busy=0.0))
        self.assertIsNone(told["cycles_per_request"])
        self.assertEqual(told["busy_share"]["max"], 0.01)

    def test_keeps_the_sentence_of_a_system_without_any_run(self):
        told = of_samples(error="it burns")
        self.assertEqual((told["error"], told["runs"], told["requests_per_second"]),
                         ("it burns", 0, None))


class OfScenario(unittest.TestCase):
    rows = [row("penstock", "bypass", 800), row("penstock", "veth", 300),
            row("haproxy", "veth", 200), row("nginx", "veth", 100)]

    def test_compares_penstock_on_bypass_with_each_peer(self):
        told = summary.of_scenario(by_name("typical"), self.rows, ABOUT)
        self.assertEqual(told["ratios"], {"haproxy": 4.0, "nginx": 8.0})

    def test_compares_nothing_with_a_peer_that_failed(self):
        rows = [*self.rows[:2], Measured("haproxy", "veth", error="it burns")]
        self.assertEqual(summary.of_scenario(by_name("typical"), rows, ABOUT)["ratios"], {})
        self.assertEqual(summary.of_scenario(by_name("typical"), self.rows[1:], ABOUT)["ratios"],
                         {})

    def test_compares_no_idle_systems(self):
        self.assertEqual(summary.of_scenario(by_name("idle"), self.rows, ABOUT)["ratios"], {})

    def test_says_everything_that_a_result_depends_on(self):
        told = summary.document([summary.of_scenario(by_name("idle"), self.rows, ABOUT)])
        self.assertEqual(told["format"], 1)
        self.assertLessEqual({"scenario", "machine", "commit", "command", "date", "seconds",
                              "repeat", "results"}, set(told["scenarios"][0]))

    def test_is_read_back_from_json_as_it_was_written(self):
        told = summary.document([summary.of_scenario(by_name("typical"), self.rows, ABOUT)])
        self.assertEqual(json.loads(json.dumps(told)), told)


if __name__ == "__main__":
    unittest.main()
