#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The demonstration of scripts/quickstart: each request, the rule that took it, who answered it."""

import hashlib
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
from testbed.background_load import BackgroundLoad  # noqa: E402  (found beside this file)
from testbed.live_table import LiveTable  # noqa: E402
from testbed.process import CommandFailed  # noqa: E402
from testbed.testbed import LARGE, SMALL, Testbed, end_on_signals  # noqa: E402
from testbed.testbed import quickstart_configuration  # noqa: E402
from testbed.waiting import wait_until  # noqa: E402

ALL = {"origin1", "origin2", "origin3"}
LOAD_SECONDS = 4


class Tour:
    def __init__(self, bed):
        self.bed = bed
        self.failures = 0

    def row(self, request, status, rule, backend, problem=""):
        self.failures += bool(problem)
        mark = "FAILED" if problem else "ok"
        print(f"  {mark:<6} {request:<52} {status:<6} {rule:<12} {backend:<12} {problem}".rstrip(),
              flush=True)

    def heading(self, text):
        print(f"\n{text}")

    def rule_of(self, method, url, words=()):
        """The rule that takes such a request, as the running daemon explains it."""
        fields = [word for word in words if word == "-H" or ": " in word]
        told = self.bed.daemon.explain(method, url, *fields, "--source", self.bed.network.CLIENT)
        return told["rule"] or "-"

    def ask(self, url, status, rule, backends=frozenset(), words=(), method="GET", verify=None):
        """Sends one request and holds the answer against what the rule promises."""
        explained = self.rule_of(method, url, words)
        response = self.bed.client.request(url, *words)
        problem = response.failure
        if response.status != status:
            problem = problem or f"expected {status}: {response.body[:80]!r}"
        elif explained != (rule or "-"):
            problem = f"expected rule {rule}"
        elif response.origin not in backends and (backends or response.origin):
            problem = f"expected {' or '.join(sorted(backends)) or 'no backend'}"
        elif verify and not problem:
            problem = verify(response)
        shown = " ".join([method, url, *(word for word in words if ": " in word)])
        self.row(shown, response.status, explained, response.origin or "Penstock", problem)
        return response

    def rules(self):
        self.heading("Rules by host and path")
        self.ask("http://shop.example/health", 200, "shop-health", {"origin3"})
        self.ask("http://shop.example/api/orders", 200, "shop-api", {"origin1", "origin2"})
        self.ask("http://shop.example/apis", 200, "shop", ALL)
        self.ask("http://shop.example/images/42.png", 200, "shop-images", {"origin3"})
        self.ask("http://shop.example/", 200, "shop", ALL)
        self.ask("http://static.example/", 200, "static", {"origin3"})
        self.ask("http://a.wild.example/", 200, "wild", ALL)
        self.ask("http://b.c.wild.example/", 200, "wild", ALL)
        self.ask("http://old.example/sale?id=7", 301, "old", verify=header(
            "location", "http://shop.example/sale?id=7"))
        self.ask("http://status.example/", 200, "status", verify=body(b"Penstock is here.\n"))
        self.ask("http://unknown.example/", 404, None, verify=header("penstock-reason", "no_rule"))

    def balancing(self):
        self.heading("Balancing: turn by turn, and the same key to the same backend")
        turns = [self.ask("http://api.example/", 200, "api", {"origin1", "origin2"}).origin
                 for _ in range(2)]
        if len(set(turns)) != 2:
            self.row("two requests in turn", "", "api", "", "the same backend answered both")
        for words in ((), ("-H", "X-Tenant: acme")):
            rule = "shop-tenant" if words else "shop"
            first = self.ask("http://shop.example/cart", 200, rule, ALL, words).origin
            self.ask("http://shop.example/cart", 200, rule, {first}, words)

    def keep_alive(self):
        self.heading("Keep-alive: two requests on one connection")
        urls = ["http://shop.example/one", "http://shop.example/two"]
        for index, (url, response) in enumerate(zip(urls, self.bed.client.requests(urls))):
            expected = 1 if index == 0 else 0
            text = f"{response.new_connections} new connections"
            problem = response.failure or (text if response.new_connections != expected else "")
            self.row(f"GET {url} ({text})", response.status, self.rule_of("GET", url),
                     response.origin, problem)

    def bodies(self):
        self.heading("Bodies: 1 MiB posted and echoed, 64 MiB downloaded, both compared by SHA-256")
        source = self.bed.payload / SMALL
        self.ask("http://shop.example/upload/echo", 200, "shop-upload", ALL, method="POST",
                 words=("--data-binary", f"@{source}"), verify=digest(self.bed.digests[SMALL]))
        self.ask(f"http://static.example/files/{LARGE}", 200, "static", {"origin3"},
                 verify=digest(self.bed.digests[LARGE]))

    def drain(self):
        self.heading("A backend is drained while requests run: penstock backend drain api origin1")
        load = BackgroundLoad(self.bed, "api.example", LOAD_SECONDS)
        load.wait_for(200)
        self.bed.daemon.tool("backend", "drain", "api", "origin1")
        after = [self.bed.client.request("http://api.example/").origin for _ in range(4)]
        problem = "" if set(after) == {"origin2"} else f"after the drain: {after}"
        self.load_row("GET http://api.example/load", load.finish(), "api", "origin2", problem)
        self.bed.daemon.tool("backend", "undrain", "api", "origin1")

    def kill(self):
        self.heading("A backend is killed (kill -9) while requests run: origin1")
        load = BackgroundLoad(self.bed, "api.example", LOAD_SECONDS)
        load.wait_for(200)
        self.bed.origins["origin1"].kill()
        after = [self.bed.client.request("http://api.example/").origin for _ in range(4)]
        problem = "" if set(after) == {"origin2"} else f"after the kill: {after}"
        self.load_row("GET http://api.example/load", load.finish(), "api", "origin2", problem)
        self.bed.origins["origin1"].start()
        wait_until(lambda: self.bed.client.request("http://api.example/").origin == "origin1", 15,
                   "origin1 taking requests again")
        self.row("origin1 is back and answers again", 200, "api", "origin1")

    def load_row(self, request, load, rule, backend, problem):
        if load.failed:
            problem = f"{load.failed} of {load.requests} requests failed"
        self.row(f"{request}, {load.requests} times, {load.failed} failed", "", rule, backend,
                 problem)

    def all(self):
        print(f"  {'':6} {'request':<52} {'status':<6} {'rule':<12} {'backend':<12}")
        for chapter in (self.rules, self.balancing, self.keep_alive, self.bodies, self.drain,
                        self.kill):
            chapter()


def header(name, value):
    return lambda response: ("" if response.headers.get(name) == value else
                             f"{name} is {response.headers.get(name)!r}, not {value!r}")


def body(text):
    return lambda response: "" if response.body == text else f"body is {response.body!r}"


def digest(expected):
    def verify(response):
        found = hashlib.sha256(response.body).hexdigest()
        return "" if found == expected else f"{len(response.body)} bytes with another SHA-256"

    return verify


def stay(bed):
    """Says what to try, and draws the live table until Ctrl-C."""
    lb, client = bed.network.lb.name, bed.network.client.name
    curl = f"curl -i --connect-to ::{bed.network.VIRTUAL}:80 http://shop.example/"
    tool = pathlib.Path(__file__).resolve().parents[1] / "build" / "release" / "penstock"
    print(f"\nPenstock stays up. Try from another terminal, as root:\n\n"
          f"  ip netns exec {client} {curl}\n"
          f"  {tool} --socket {bed.daemon.socket} explain GET http://shop.example/api\n"
          f"  {tool} --socket {bed.daemon.socket} backends\n"
          f"  ip netns exec {lb} tcpdump -ni ps-backend\n\n"
          f"Its configuration is {bed.daemon.file}, its log {bed.daemon.log}.\nCtrl-C ends it.\n",
          flush=True)
    LiveTable(bed.daemon).run()


def main():
    end_on_signals()
    once = "--once" in sys.argv[1:]
    print("quickstart: making the client, three nginx origins and penstockd", flush=True)
    try:
        with Testbed() as bed:
            bed.daemon.write(quickstart_configuration())
            bed.daemon.start()
            tour = Tour(bed)
            tour.all()
            print(f"\nquickstart: FAILED: {tour.failures} did not do what they should"
                  if tour.failures else "\nquickstart: every request did what it should")
            if not once:
                stay(bed)
            bed.daemon.stop()
            return 1 if tour.failures else 0
    except KeyboardInterrupt:
        print("\nquickstart: ended, nothing is left behind")
        return 0 if not once else 130
    except (CommandFailed, RuntimeError, TimeoutError, OSError, json.JSONDecodeError) as error:
        print(f"quickstart: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
