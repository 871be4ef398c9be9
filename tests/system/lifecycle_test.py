# SPDX-License-Identifier: Apache-2.0
"""Start, reload, drain and end of penstockd, with a client in the middle of something."""

import concurrent.futures
import hashlib

from bed_case import HANG_UP, TERMINATE, BedCase

from testbed.testbed import SMALL, quickstart_configuration
from testbed.waiting import wait_until

BROKEN = "ports = ( { nme = 1; } );\n"


def with_status_body(text):
    return quickstart_configuration().replace("Penstock is here.", text)


class LifecycleTest(BedCase):
    def status_body(self):
        return self.client.request("http://status.example/").body

    def test_sighup_takes_the_new_file_without_breaking_a_download(self):
        self.restart_afterwards()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            before = self.daemon.requests()
            download = pool.submit(self.client.request, f"http://static.example/slow/{SMALL}")
            wait_until(lambda: self.daemon.requests() > before, 10, "the download under way")
            self.daemon.write(with_status_body("Reloaded."))
            self.daemon.signal(HANG_UP)
            wait_until(lambda: self.status_body() == b"Reloaded.\n", 10, "the new file in use")
            body = download.result().body
        self.assertEqual(hashlib.sha256(body).hexdigest(), self.bed.digests[SMALL])

    def test_reload_by_command_takes_the_new_file(self):
        self.restart_afterwards()
        self.daemon.write(with_status_body("By command."))
        self.daemon.tool("reload")
        self.assertEqual(self.status_body(), b"By command.\n")

    def test_reload_of_a_bad_file_changes_nothing_and_says_why(self):
        self.restart_afterwards()
        generation = self.daemon.status()["generation"]
        self.daemon.write(with_status_body("Never seen.") + BROKEN)
        refused = self.daemon.tool("reload", accept=(1,))
        self.assertRegex(refused.stdout + refused.stderr, r"penstock\.cfg:\d+: ")
        self.assertEqual(self.daemon.status()["generation"], generation)
        self.assertEqual(self.status_body(), b"Penstock is here.\n")

    def test_sighup_with_a_bad_file_changes_nothing_and_logs_why(self):
        self.restart_afterwards()
        self.daemon.write(BROKEN)
        self.daemon.signal(HANG_UP)
        wait_until(lambda: "penstock.cfg:" in self.daemon.log_text(), 10, "the refusal in the log")
        self.assert_serves()

    def test_sigterm_lets_an_open_download_finish_and_ends_with_0(self):
        self.restart_afterwards()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            before = self.daemon.requests()
            download = pool.submit(self.client.request, f"http://static.example/slow/{SMALL}")
            wait_until(lambda: self.daemon.requests() > before, 10, "the download under way")
            self.daemon.signal(TERMINATE)
            self.assertEqual(self.daemon.wait(), 0)
            response = download.result()
        self.assertEqual(response.failure, "")
        self.assertEqual(hashlib.sha256(response.body).hexdigest(), self.bed.digests[SMALL])

    def test_nothing_stays_when_it_has_ended(self):
        self.restart_afterwards()
        self.daemon.stop()
        self.assertEqual(self.bed.network.taps(), set())
        self.assertFalse(self.daemon.socket.exists())
