# SPDX-License-Identifier: Apache-2.0
"""A rule for /private holds for whatever an origin understands as lying below /private, and for
nothing else: shown from both sides, by a rule that keeps requests out and one that lets them in.

Where an origin reads paths by rules of its own, the README says why no rule here can follow; each
of these reasons is tried too, so that one which explains nothing any more is found out.
"""

import collections
import itertools

import path_cases
from makes_case import PORTS, MakesCase, configuration_with
from path_spellings import SPELLINGS
from strict_reader import responses_reader

SECONDS_MAX = 10
UNDERSTOOD_MIN = 100  # of each make: else next to nothing was compared
PREFIXES = {"private": "/private", "a": "/a", "b": "/b"}
KEPT_OUT, LET_IN = "out", "in"
FORBIDDEN = "respond = { status = 403; };"
# Why an origin may understand another path than the rules.
READ_IN_TWO_WAYS = "monitor forwards what readers take in two ways"
DECODES_SLASHES = "this origin decodes a slash that rules do not"
KEEPS_SLASHES = "this origin does not resolve a slash that rules decode"
MERGES_NONE = "this origin does not merge slashes that rules merge"
SUSPECT = ("path_escape_invalid", "path_hides_dots")  # what `monitor` forwards all the same

Settings = collections.namedtuple("Settings", "mode path encoded_slash")
# One spelling at one make, asked under a host of its own. `reason`: why Penstock refused it.
Asked = collections.namedtuple("Asked", "make target prefix side reason path")


def rules():
    """NAME.out.example has all but what lies below the prefix, NAME.in.example that alone."""
    for word, prefix in PREFIXES.items():
        below = f'path_prefix = "{prefix}";'
        yield f'{{ hosts = ["*.{word}.out.example"]; {below} {FORBIDDEN} }}'
        yield f'{{ hosts = ["*.{word}.in.example"]; {FORBIDDEN} }}'
        yield from (f'{{ hosts = ["*.{word}.in.example"]; listeners = ["{name}"]; {below} '
                    f'forward = "{name}"; }}' for name in PORTS)


def requests():
    """(request to a.example, words of the prefixes that matter to it)"""
    for spelling in SPELLINGS:
        yield f"GET {spelling} HTTP/1.1\r\nHost: a.example\r\n\r\n".encode("latin-1"), ("private",)
    for case in path_cases.CASES:
        yield case.sent, ("a", "b")


def is_left_out(make, target, settings):
    """WHATWG's URL takes a backslash for a slash: for such an origin they are to be refused."""
    has_one = "\\" in target or "%5c" in target.lower()
    return make == "nodejs" and settings.encoded_slash != "refuse" and has_one


def reason_to_differ(make, target, settings, suspects):
    has_encoded_slash = "%2f" in target.lower()
    received, slash = settings.path == "received", settings.encoded_slash
    if settings.mode == "monitor" and target in suspects:
        return READ_IN_TWO_WAYS
    if slash == "keep" and has_encoded_slash and make != "apache2":
        return DECODES_SLASHES
    if received and slash == "decode" and has_encoded_slash and make in ("apache2", "nodejs"):
        return KEEPS_SLASHES
    if received and "//" in target and make == "nodejs":
        return MERGES_NONE
    return None


def reasons_with(settings):
    """Those that must explain something."""
    received, slash = settings.path == "received", settings.encoded_slash
    reasons = {READ_IN_TWO_WAYS: settings.mode == "monitor", DECODES_SLASHES: slash == "keep",
               KEEPS_SLASHES: received and slash == "decode", MERGES_NONE: received}
    return {reason for reason, applies in reasons.items() if applies}


class UnderstoodPathTest(MakesCase):
    @classmethod
    def configuration(cls):
        return cls.with_settings(Settings(cls.mode, "normalized", "refuse"))

    @staticmethod
    def with_settings(settings):
        return configuration_with(",\n  ".join(rules()), "".join(
            f'{key} = "{value}"; ' for key, value in settings._asdict().items()))

    def setUp(self):
        super().setUp()
        self.clients = {}

    def reload(self, settings):
        self.daemon.write(self.with_settings(settings))
        self.daemon.tool("reload")

    def check(self, settings):
        suspects = self.suspects(settings) if settings.mode == "monitor" else ()
        self.reload(settings)
        counts, reasons = collections.Counter(), set()
        for asked in self.ask_all(self.makes):
            if not asked.path or is_left_out(asked.make, asked.target, settings):
                continue
            counts[asked.make] += 1
            below = asked.path == asked.prefix or asked.path.startswith(asked.prefix + "/")
            if below == (asked.side == LET_IN):
                continue
            reason = reason_to_differ(asked.make, asked.target, settings, suspects)
            with self.subTest(**asked._asdict()):
                self.assertIsNotNone(reason)
            reasons.add(reason)
        self.assertEqual(reasons - {None}, reasons_with(settings))
        self.assertEqual([make for make in PORTS if counts[make] < UNDERSTOOD_MIN], [], counts)

    def suspects(self, settings):
        """The targets that `defensive` refuses and `monitor` does not."""
        self.reload(settings._replace(mode="defensive"))
        return {asked.target for asked in self.ask_all(self.makes[:1]) if asked.reason in SUSPECT}

    def ask_all(self, makes):
        for number, (text, words) in enumerate(requests()):
            for make in makes:
                make.understood.clear()
            yield from self.ask(f"n{number}", text, list(itertools.product(makes, words)))

    def ask(self, label, text, places):
        """From both sides of each (make, word), all at once."""
        target = text.split(b" ")[1].decode("latin-1")
        sides = [(*place, side) for place in places for side in (KEPT_OUT, LET_IN)]
        for make, word, side in sides:
            self.client_of(make, word, side).send(
                text.replace(b"a.example", f"{label}.{word}.{side}.example".encode()))
        for make, word, side in sides:
            reason = self.take_reason(make, word, side)
            host = f"{label}.{word}.{side}.example"
            paths = [each.path.decode("latin-1") for each in make.understood
                     if each.request[2] == host]
            self.assertLessEqual(len(paths), 0 if reason else 1)
            yield Asked(make.name, target, PREFIXES[word], side, reason, "".join(paths))

    def client_of(self, *place):
        if place not in self.clients:
            self.clients[place] = self.connect(port=PORTS[place[0].name].listener)
        return self.clients[place]

    def take_reason(self, *place):
        """Takes the answer off the connection; says why it is Penstock's own, if it is."""
        client, reader = self.clients[place], responses_reader()
        self.loop.until(lambda: client.ended or reader.take(client.received), SECONDS_MAX,
                        "an answer")
        answer, taken = reader.take(client.received)
        client.received = client.received[taken:]
        if client.ended or answer.value("connection") == "close":
            self.clients.pop(place).close()
        return answer.value("penstock-reason")


def add_test(settings):
    setattr(UnderstoodPathTest, f"test_{'_'.join(settings)}",
            lambda self: self.check(settings))


for each in itertools.product(("defensive", "monitor"), ("normalized", "received"),
                              ("refuse", "decode", "keep")):
    add_test(Settings(*each))
