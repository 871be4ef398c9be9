# SPDX-License-Identifier: Apache-2.0
"""The words in which the tables of this folder are written.

A case is one idea: bytes that a client sends, and the one outcome that is acceptable. Where a mode
of http.mode has an outcome of its own, the case names it; else what `defensive` does holds.
"""

import dataclasses

HOST = "Host: a.example"
# What Penstock adds to each request, behind the fields that it keeps.
ADDED = ("X-Forwarded-For: 10.80.1.2", "X-Forwarded-Proto: http", "X-Forwarded-Port: 80")


# --- What is sent.
def lines(*each, body=""):
    """Lines with CRLF behind each, the empty line, and a body; one character is one byte."""
    return ("".join(f"{line}\r\n" for line in each) + "\r\n" + body).encode("latin-1")


def get(*fields, body="", path="/"):
    return lines(f"GET {path} HTTP/1.1", HOST, *fields, body=body)


def post(*fields, body=""):
    return lines("POST / HTTP/1.1", HOST, *fields, body=body)


def chunked(body):
    """A POST whose body is chunked, as written."""
    return post("Transfer-Encoding: chunked", body=body)


SMUGGLED = lines("GET /smuggled HTTP/1.1", HOST).decode()


# --- What may come of it.
@dataclasses.dataclass(frozen=True)
class Arrival:
    """One request as the origin may receive it: the head to the byte, and the payload."""

    head: bytes
    body: bytes


def arrives(line, *fields, body="", framing="length", added=ADDED, connection=None):
    """`line` is a request line without its version; behind `fields` stand those that are added, the
    framing, and what Connection says, if anything."""
    hosts = [field.partition(":")[2].strip() for field in fields if field.startswith("Host:")]
    added = [*added, *(f"X-Forwarded-Host: {host}" for host in hosts if host)]
    framed = {"length": [f"Content-Length: {len(body)}"], "chunked": ["Transfer-Encoding: chunked"],
              "none": []}[framing]
    framed += [f"Connection: {connection}"] if connection else []
    return Arrival(lines(f"{line} HTTP/1.1", *fields, *added, *framed), body.encode("latin-1"))


def arrives_get(*fields, path="/"):
    return arrives(f"GET {path}", HOST, *fields, framing="none")


def arrives_post(*fields, body="", framing="length"):
    return arrives("POST /", HOST, *fields, body=body, framing=framing)


@dataclasses.dataclass(frozen=True)
class Outcome:
    arrivals: tuple = ()  # at the origin, whole
    replies: tuple = ()  # of our own, behind the origin's answers: (status, reason)
    connection: str = "usable"  # or "closes"
    begun: bool = False  # a request that never becomes whole may have begun at the origin


def forwarded(*arrivals):
    """Exactly this reaches the origin, and the connection goes on."""
    return Outcome(arrivals)


def forwarded_and_closes(*arrivals):
    return Outcome(arrivals, connection="closes")


def alone(line, *fields, **how):
    """Exactly this reaches the origin, and neither connection carries another request."""
    return forwarded_and_closes(arrives(line, *fields, connection="close", **how))


def refused(status, reason, behind=()):
    """Nothing reaches the origin (but `behind`, what came before it); answered so, and closed."""
    return Outcome(tuple(behind), ((status, reason),), "closes")


def broken_off(status, reason):
    """The same for what is found in a body: the head is on its way, but never a whole request."""
    return Outcome((), ((status, reason),), "closes", begun=True)


def answered(status, reason):
    """Nothing reaches the origin; answered so, and the connection goes on."""
    return Outcome((), ((status, reason),))


def abandoned():
    """A client that ends in the middle gets no answer, and no whole request comes of it."""
    return Outcome((), (), "closes", begun=True)


@dataclasses.dataclass(frozen=True)
class Case:
    name: str  # in the words of a test's name
    why: str
    sent: bytes
    defensive: Outcome
    monitor: Outcome = None
    strictest: Outcome = None
    finishes: bool = False  # the client closes its side behind what it sent

    def outcome(self, mode):
        return getattr(self, mode) or self.defensive
