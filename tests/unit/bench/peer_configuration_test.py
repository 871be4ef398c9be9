# SPDX-License-Identifier: Apache-2.0
"""What the systems under test and the origins are configured to do for a scenario."""

import pathlib
import unittest

import fake_systems  # noqa: F401  (makes bench/ and scripts/ importable)
from rig import haproxy, nginx_proxy, origin_server, penstock_veth
from rig.config_template import fill
from rig.membership_changes import HELD, change_number
from rig.scenario import SCENARIOS, by_name

HOME = pathlib.Path("/run/rig")


class ConfigTemplate(unittest.TestCase):
    def test_puts_values_in_the_place_of_words(self):
        self.assertEqual(fill("a @b@ c@@d", {"b": 7}), "a 7 c@@d")

    def test_refuses_a_word_without_value(self):
        with self.assertRaises(KeyError):
            fill("@b@ @c@", {"b": 1})

    def test_refuses_a_value_without_word(self):
        with self.assertRaises(KeyError):
            fill("@b@", {"b": 1, "c": 2})


class PeerConfiguration(unittest.TestCase):
    def test_can_be_written_for_every_scenario(self):
        for scenario in SCENARIOS:
            with self.subTest(scenario.name):
                for text in (haproxy.configuration(scenario, 1, HOME),
                             nginx_proxy.configuration(scenario, HOME, 20000),
                             penstock_veth.configuration(scenario, 1),
                             origin_server.configuration(scenario, HOME)):
                    self.assertNotRegex(text, "@[a-z]")

    def test_gives_all_systems_the_same_backends(self):
        scenario = by_name("backends-1k-churn")
        last = "10.82.19.232:80"
        self.assertIn(f"server b999 {last}", haproxy.configuration(scenario, 1, HOME))
        self.assertIn(f"server {last} ", nginx_proxy.upstream_servers(scenario, set()))
        self.assertIn(f'address = "{last}"', penstock_veth.configuration(scenario, 1))

    def test_gives_all_systems_the_same_rules(self):
        scenario = by_name("rules-10k")
        self.assertIn("shop8.example/api/v1/resource9999/ all\n", haproxy.map_of(scenario))
        self.assertIn("location /api/v1/resource9999/ ", nginx_proxy.servers_of(scenario))
        self.assertIn('hosts = ["shop8.example"]; path_prefix = "/api/v1/resource9999"',
                      penstock_veth.rules_of(scenario))

    def test_keeps_connections_to_origins_unless_the_scenario_says_otherwise(self):
        kept, single = by_name("client-connection-per-request"), by_name("connection-per-request")
        self.assertIn("http-reuse always", haproxy.configuration(kept, 1, HOME))
        self.assertIn("http-reuse never", haproxy.configuration(single, 1, HOME))
        self.assertIn("    keepalive 256;", nginx_proxy.configuration(kept, HOME, 20000))
        self.assertNotIn("    keepalive ", nginx_proxy.configuration(single, HOME, 20000))
        self.assertIn("idle_connections = 0;", penstock_veth.configuration(single, 1))
        self.assertIn("keepalive_timeout 0;", origin_server.configuration(single, HOME))

    def test_takes_servers_of_nginx_down(self):
        text = nginx_proxy.upstream_servers(by_name("keepalive-small"), {1})
        self.assertEqual([" down;" in line for line in text.splitlines()],
                         [False, True, False, False])

    def test_makes_origins_wait_for_the_whole_upload(self):
        self.assertIn("proxy_pass http://unix:/run/rig/answer.sock",
                      origin_server.configuration(by_name("upload-10m"), HOME))


class MembershipChange(unittest.TestCase):
    def test_takes_one_out_and_brings_the_oldest_back(self):
        out = set(range(HELD))
        for number in range(4000):
            index, taken = change_number(number, 1000)
            self.assertEqual(index in out, not taken)
            (out.add if taken else out.discard)(index)
            self.assertLessEqual(len(out), HELD + 1)


if __name__ == "__main__":
    unittest.main()
