# SPDX-License-Identifier: Apache-2.0
"""Backends come, go and change their weight under load, and no request notices."""

from bed_case import BedCase

from testbed.background_load import BackgroundLoad
from testbed.process import CommandFailed

LOAD_SECONDS = 15


class MembershipTest(BedCase):
    def change(self, *words):
        self.daemon.tool("backend", *words)

    def backend_names(self, pool_name):
        pools = {pool["name"]: pool for pool in self.daemon.backends()["pools"]}
        return [backend["name"] for backend in pools[pool_name]["backends"]]

    def test_100_changes_under_load_cost_no_request(self):
        endpoint = self.bed.origins["origin3"].endpoint
        load = BackgroundLoad(self.bed, "api.example", LOAD_SECONDS)
        load.wait_for(500)
        for number in range(25):
            self.change("add", "api", endpoint)
            self.change("weight", "api", endpoint, str(1 + number % 10))
            self.change("drain", "api", endpoint)
            self.change("remove", "api", endpoint)
        self.assertTrue(load.running(), "the load ended before the changes did")
        result = load.finish()
        self.assertEqual(result.failed, 0, result.text)
        self.assertEqual(self.backend_names("api"), ["origin1", "origin2"])

    def test_an_added_backend_gets_requests_and_a_removed_one_none(self):
        endpoint = self.bed.origins["origin3"].endpoint
        self.change("add", "api", endpoint)
        answered = {self.client.request("http://api.example/").origin for _ in range(6)}
        self.assertEqual(answered, {"origin1", "origin2", "origin3"})
        self.change("remove", "api", endpoint)
        answered = {self.client.request("http://api.example/").origin for _ in range(6)}
        self.assertEqual(answered, {"origin1", "origin2"})

    def test_a_change_of_what_is_not_there_is_refused_in_words(self):
        for words in (("drain", "no-such-pool", "origin1"), ("drain", "api", "no-such-backend")):
            with self.assertRaisesRegex(CommandFailed, "no-such"):
                self.change(*words)
        self.assertEqual(self.backend_names("api"), ["origin1", "origin2"])
