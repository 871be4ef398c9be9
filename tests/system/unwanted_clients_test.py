# SPDX-License-Identifier: Apache-2.0
"""Clients that are not admitted, and clients that come too often."""

import concurrent.futures
import hashlib

from bed_case import BedCase

from testbed.testbed import SMALL, quickstart_configuration
from testbed.waiting import wait_until

OTHER = "10.80.1.3"  # a second address of the client host
PATIENCE = ("--connect-timeout", "1")
LISTENER = 'name = "web"; address = "10.80.1.1:80";'


def with_listener(extra, before="", rules=""):
    """The quickstart with more said of its listener and before it, and with rules before others."""
    text = quickstart_configuration().replace(LISTENER, f"{LISTENER} {extra}")
    return before + text.replace("rules = (", f"rules = ( {rules}", 1)


def limit(name, per_minute, burst, key="source"):
    return (f'{{ name = "{name}"; key = "{key}"; per_minute = {per_minute}; burst = {burst}; }}')


class UnwantedClientsCase(BedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        host = cls.bed.network.client
        host.ip("address", "add", f"{OTHER}/24", "dev", "eth0")
        cls.addClassCleanup(host.ip, "address", "delete", f"{OTHER}/24", "dev", "eth0")

    def ask(self, url="http://shop.example/", source=None, words=()):
        if source:
            words = ("--interface", source, *words)
        return self.client.request(url, *PATIENCE, *words)

    def assert_served(self, **how):
        response = self.ask(**how)
        self.assertEqual((response.status, response.failure), (200, ""))

    def assert_silence(self, **how):
        response = self.ask(**how)
        self.assertEqual(response.status, 0)
        self.assertRegex(response.failure, "(?i)time")

    def assert_reset(self, response):
        """The reset may come before or after curl has noticed that it is connected."""
        self.assertEqual(response.status, 0)
        self.assertRegex(response.failure, "(?i)reset|failed to connect.*couldn't connect")

    def listener(self):
        return self.daemon.status()["listeners"][0]

    def counter(self, family, label):
        return self.daemon.status()["counters"][family].get(label, 0)

    def reload(self, text):
        self.restart_afterwards()
        self.daemon.write(text)
        self.daemon.tool("reload")


class AccessTest(UnwantedClientsCase):
    @staticmethod
    def configuration():
        return with_listener(f'deny = ["{OTHER}/32"];')

    def test_a_denied_client_hears_nothing_and_is_counted_and_others_are_served(self):
        before = self.listener()["denied"]
        self.assert_silence(source=OTHER)
        self.assert_served()
        self.assertGreater(self.listener()["denied"], before)
        self.assertGreater(self.counter("drops", "tcp_source_denied"), 0)

    def test_an_allow_list_keeps_everybody_else_out(self):
        self.reload(with_listener(f'allow = ["{OTHER}/32"];'))
        self.assert_served(source=OTHER)
        self.assert_silence()

    def test_a_denial_at_run_time_leaves_an_open_download_alone(self):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            before = self.daemon.requests()
            download = pool.submit(self.client.request, f"http://static.example/slow/{SMALL}")
            wait_until(lambda: self.daemon.requests() > before, 10, "the download under way")
            self.reload(with_listener('deny = ["10.80.1.0/24"];'))
            self.assert_silence()
            body = download.result().body
        self.assertEqual(hashlib.sha256(body).hexdigest(), self.bed.digests[SMALL])

    def test_a_rule_does_not_take_the_sources_that_it_excepts(self):
        rule = ('{ name = "closed"; hosts = ["shop.example"]; path = "/"; priority = 1; '
                'except_sources = ["10.80.1.2/32"]; respond = { status = 403; }; },')
        self.reload(with_listener("", rules=rule))
        self.assertEqual(self.ask(source=OTHER).status, 403)
        self.assert_served()
        explained = self.daemon.explain("GET", "http://shop.example/", "--source", "10.80.1.2")
        self.assertNotEqual(explained["rule"], "closed")
        self.assertIn("excepted", explained["considered"][0]["verdict"])


class RateTest(UnwantedClientsCase):
    """A limit brings a token a minute, so that none comes while a test counts."""

    @staticmethod
    def configuration():
        return with_listener('request_rate = "few";',
                             before=f'rate_limits = ( {limit("few", 1, 5)} );\n')

    def test_a_burst_passes_and_the_rest_is_told_when_to_come_again(self):
        self.restart_afterwards()
        answers = self.client.requests(["http://shop.example/"] * 8)
        self.assertEqual([answer.status for answer in answers], [200] * 5 + [429] * 3)
        self.assertEqual(sum(answer.new_connections for answer in answers), 1)
        refused = answers[-1].headers
        self.assertEqual(refused["penstock-reason"], "rate_limited")
        self.assertTrue(1 <= int(refused["retry-after"]) <= 60, refused["retry-after"])
        self.assertEqual(self.counter("rate_limited", "few"), 3)
        self.assertEqual(self.counter("replies", "rate_limited"), 3)
        self.assert_served(source=OTHER)

    def test_a_limit_that_is_changed_acts_at_once(self):
        self.assertEqual(self.client.requests(["http://shop.example/"] * 6)[-1].status, 429)
        self.reload(with_listener('request_rate = "few";',
                                  before=f'rate_limits = ( {limit("few", 60000, 600)} );\n'))
        wait_until(lambda: self.ask().status == 200, 10, "the wider limit")
        self.reload(quickstart_configuration())
        self.assert_served()

    def test_a_rule_limits_what_it_takes_by_header(self):
        rule = ('{ name = "by-key"; hosts = ["shop.example"]; path = "/"; priority = 1; '
                'request_rate = "keys"; respond = { status = 200; }; },')
        self.reload(with_listener("", rules=rule, before=(
            f'rate_limits = ( {limit("keys", 1, 2, "header:X-Key")} );\n')))
        with_key = ("--header", "X-Key: a")
        statuses = [self.ask(words=with_key).status for _ in range(3)]
        self.assertEqual(statuses, [200, 200, 429])
        self.assertEqual(self.ask(words=("--header", "X-Key: b")).status, 200)
        self.assertEqual(self.ask("http://static.example/", words=with_key).status,
                         self.ask("http://static.example/").status)

    def test_connections_beyond_their_rate_are_reset(self):
        self.reload(with_listener('connection_rate = "new";',
                                  before=f'rate_limits = ( {limit("new", 1, 3)} );\n'))
        answers = [self.ask() for _ in range(5)]
        self.assertEqual([answer.status for answer in answers], [200] * 3 + [0] * 2)
        self.assert_reset(answers[-1])
        self.assertEqual(self.counter("rate_limited", "new"), 2)
        self.assertEqual(self.listener()["refused"], 2)
        self.assert_served(source=OTHER)


    def test_a_source_has_so_many_connections_and_no_more(self):
        self.reload(with_listener("connections_per_source_max = 1;"))
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            before = self.daemon.requests()
            download = pool.submit(self.client.request, f"http://static.example/slow/{SMALL}")
            wait_until(lambda: self.daemon.requests() > before, 10, "the download under way")
            self.assert_reset(self.ask())
            self.assert_served(source=OTHER)
            self.assertEqual(download.result().failure, "")
        wait_until(lambda: self.ask().status == 200, 10, "the place being free again")


class WorkersShareLimitsTest(UnwantedClientsCase):
    @staticmethod
    def configuration():
        text = with_listener('request_rate = "all";',
                             before=f'rate_limits = ( {limit("all", 1, 50, "all")} );\n')
        return text.replace("cores = [0]", "cores = [0, 0]")

    def test_two_workers_together_admit_exactly_the_burst(self):
        self.restart_afterwards()
        load = self.client.connection_load("/", "shop.example", 300)
        self.assertEqual((load.requests, load.failed), (300, 250), load.text)
        workers = self.daemon.status()["workers"]
        self.assertTrue(all(worker["requests"] > 0 for worker in workers), workers)
        self.assertEqual(self.counter("rate_limited", "all"), 250)
