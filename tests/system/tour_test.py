# SPDX-License-Identifier: Apache-2.0
"""Everything that scripts/quickstart shows, a chapter a test."""

from bed_case import BedCase

from quickstart_tour import Tour


class TourTest(BedCase):
    def chapter(self, name):
        tour = Tour(self.bed)
        getattr(tour, name)()
        self.assertEqual(tour.failures, 0)

    def test_each_rule_takes_its_requests(self):
        self.chapter("rules")

    def test_each_policy_picks_its_backend(self):
        self.chapter("balancing")

    def test_a_connection_carries_several_requests(self):
        self.chapter("keep_alive")

    def test_bodies_arrive_whole_both_ways(self):
        self.chapter("bodies")

    def test_a_drained_backend_costs_no_request(self):
        self.chapter("drain")

    def test_a_killed_backend_costs_no_request(self):
        self.chapter("kill")
