# SPDX-License-Identifier: Apache-2.0
"""How the rig spreads a rate over connections, and what it reads out of h2load's log."""

import unittest

import fake_systems  # noqa: F401  (makes bench/ and scripts/ importable)
from rig.h2load import latency_in, opening_at, pace_of, quantile
from rig.scenario import by_name


def log_of(rows):
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


class H2loadLog(unittest.TestCase):
    def test_gives_quantiles_of_right_answers_alone(self):
        rows = [(1000 * index, 200, 100 + index) for index in range(1000)]
        latency = latency_in(log_of([*rows, (1000, 503, 1), (2000, -1, 1)]), 0)
        self.assertEqual((latency.p50, latency.p99, latency.p999), (599.0, 1089.0, 1098.0))

    def test_reports_the_rate_that_was_really_made(self):
        latency = latency_in(log_of((500 * index, 200, 90) for index in range(2001)), 0)
        self.assertAlmostEqual(latency.requests_per_second, 2000.0)

    def test_leaves_out_the_time_in_which_connections_are_opened(self):
        slow_begin = [(10_000 * index, 200, 90) for index in range(10)]
        then = [(100_000 + 500 * index, 200, 90) for index in range(2001)]
        latency = latency_in(log_of([*slow_begin, *then]), 0.1)
        self.assertAlmostEqual(latency.requests_per_second, 2000.0, delta=3)

    def test_refuses_a_log_without_a_right_answer(self):
        with self.assertRaises(ValueError):
            latency_in(log_of([(1, 400, 10)]), 0)

    def test_takes_the_smallest_value_that_enough_do_not_exceed(self):
        self.assertEqual(quantile([1, 2, 3, 4], 0.5), 2.0)
        self.assertEqual(quantile([7], 0.999), 7.0)


class Pace(unittest.TestCase):
    def test_gives_each_kept_connection_its_share(self):
        pace = pace_of(by_name("keepalive-small"), 12_800, 2)
        self.assertEqual((pace.requests, pace.clients, pace.per_client), (25_600, 128, 100.0))

    def test_takes_fewer_connections_where_answers_are_few(self):
        pace = pace_of(by_name("response-10m"), 5, 3)
        self.assertEqual((pace.requests, pace.clients), (15, 7))

    def test_opens_connections_at_the_rate_where_each_serves_one_request(self):
        pace = pace_of(by_name("connection-per-request"), 4_000, 3)
        self.assertEqual((pace.requests, pace.clients, pace.per_client), (12_000, 12_000, 0))
        self.assertEqual((pace.opened, pace.period_ms), (4, 1))

    def test_comes_near_any_rate_with_whole_numbers(self):
        for rate in (0.5, 3, 7.7, 333, 4_669, 24_666):
            opened, period_ms = opening_at(rate)
            self.assertLess(abs(opened * 1000 / period_ms / rate - 1), 0.021)


if __name__ == "__main__":
    unittest.main()
