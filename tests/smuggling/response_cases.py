# SPDX-License-Identifier: Apache-2.0
"""What an origin may answer, and the one thing that a client may then see (RFC 9112 4 and 6).

Each case asks once and gets its answer from the origin; what must hold besides is the same for all:
no byte of the answer reaches anybody else, and the next request is answered right.
"""

import dataclasses

from case import HOST, get, lines, post
from recording_origin import Answer

FIELD_BYTES_MAX, HEAD_BYTES_MAX, FIELDS_MAX = 16 * 1024, 32 * 1024, 128
POISON = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"


@dataclasses.dataclass(frozen=True)
class Delivery:
    """What the client sees: heads to the byte but for an added Date, and the last one's payload."""

    heads: tuple
    body: bytes
    connection: str = "usable"  # or "closes"


@dataclasses.dataclass(frozen=True)
class Failure:
    """An answer of our own, and the connection goes on."""

    status: int
    reason: str


@dataclasses.dataclass(frozen=True)
class Cut:
    """The client's connection ends in the middle, with no more than this before.

    A close there is no end of a length or of chunks; only what runs until it needs a reset.
    """

    payload: bytes
    ended: str = "closed"


@dataclasses.dataclass(frozen=True)
class ResponseCase:
    name: str
    why: str
    answers: tuple
    outcome: object
    asked: bytes = get()
    origin: str = "kept"  # the origin's connection, or "dropped"


def delivers(line, *fields, body="", framing="length", interim=(), connection="usable"):
    framed = {"length": [f"Content-Length: {len(body)}"], "chunked": ["Transfer-Encoding: chunked"],
              "none": []}[framing]
    closing = ["Connection: close"] if connection == "closes" else []
    return Delivery((*interim, lines(line, *fields, *framed, *closing)), body.encode("latin-1"),
                    connection)


def answer(*head, body="", **how):
    return (Answer(lines(*head, body=body), **how),)


def ok(*fields, body="", **how):
    return answer("HTTP/1.1 200 OK", *fields, body=body, **how)


def raw(data, **how):
    return (Answer(data, **how),)


OK_LINE = "HTTP/1.1 200 OK"
HELLO = delivers(OK_LINE, body="hello")
HELLO_CHUNKED = delivers(OK_LINE, body="hello", framing="chunked")
BAD = Failure(502, "bad_response")
TOO_LARGE = Failure(502, "response_head_too_large")
HEAD = lines("HEAD / HTTP/1.1", HOST)
HTTP10 = lines("GET / HTTP/1.0", HOST)


def bad(name, why, answers):
    return ResponseCase(name, why, answers, BAD, origin="dropped")


def cut(name, why, answers, payload=b"hello"):
    return ResponseCase(name, why, answers, Cut(payload), origin="dropped")


FRAMING_CASES = (
    ResponseCase("an answer with a length", "The usual one.",
                 ok("Content-Length: 5", body="hello"), HELLO),
    ResponseCase("an answer in chunks", "Framed anew.",
                 ok("Transfer-Encoding: chunked", body="5\r\nhello\r\n0\r\n\r\n"), HELLO_CHUNKED),
    ResponseCase("an answer in chunks with extensions and trailers", "Both end here.",
                 ok("Transfer-Encoding: chunked", body="5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n"),
                 HELLO_CHUNKED),
    ResponseCase("an answer until the close", "For a client that knows chunks it becomes chunks.",
                 ok(body="hello", ends="closes"), HELLO_CHUNKED, origin="dropped"),
    ResponseCase("an answer until the close for HTTP 1.0", "It ends as it began: with the close.",
                 ok(body="hello", ends="closes"),
                 delivers(OK_LINE, body="hello", framing="none", connection="closes"),
                 asked=HTTP10, origin="dropped"),
    ResponseCase("an answer in chunks for HTTP 1.0", "It does not know them.",
                 ok("Transfer-Encoding: chunked", body="5\r\nhello\r\n0\r\n\r\n"),
                 delivers(OK_LINE, body="hello", framing="none", connection="closes"),
                 asked=HTTP10),
    bad("an answer with a length and a coding", "Two readers end it at two places.",
        ok("Content-Length: 5", "Transfer-Encoding: chunked", body="0\r\n\r\n")),
    bad("an answer with a coding and a length", "The order must not decide.",
        ok("Transfer-Encoding: chunked", "Content-Length: 5", body="0\r\n\r\n")),
    bad("an answer with two equal lengths", "RFC 9112 6.3 permits to repair it; we do not.",
        ok("Content-Length: 5", "Content-Length: 5", body="hello")),
    bad("an answer with two lengths that differ", "First or last may win.",
        ok("Content-Length: 5", "Content-Length: 0", body="hello")),
    bad("an answer with a list of lengths", "The same in one field.",
        ok("Content-Length: 5, 5", body="hello")),
    bad("an answer with an empty length", "Zero for atoi().", ok("Content-Length:", body="hello")),
    bad("an answer with a signed length", "strtol() takes it.",
        ok("Content-Length: +5", body="hello")),
    bad("an answer with a negative length", "And this too.",
        ok("Content-Length: -1", body="hello")),
    bad("an answer with a hexadecimal length", "And this.",
        ok("Content-Length: 0x5", body="hello")),
    bad("an answer with a length of 2^64", "Zero in 64 bits.",
        ok("Content-Length: 18446744073709551616", body="hello")),
    bad("an answer with a coding twice", "RFC 9112 6.1 forbids it.",
        ok("Transfer-Encoding: chunked, chunked", body="0\r\n\r\n")),
    bad("an answer with an unknown coding", "Where does it end?",
        ok("Transfer-Encoding: xchunked", body="0\r\n\r\n")),
    bad("an answer with gzip before chunked", "We asked for no coding: TE is ours.",
        ok("Transfer-Encoding: gzip, chunked", body="0\r\n\r\n")),
    bad("an answer of HTTP 1.0 in chunks", "RFC 9112 6.1: its framing is faulty.",
        answer("HTTP/1.0 200 OK", "Transfer-Encoding: chunked", body="0\r\n\r\n")),
)

HEAD_CASES = (
    ResponseCase("an answer with a date", "The origin knows best when it answered.",
                 ok("Date: Sun, 06 Nov 1994 08:49:37 GMT", "Content-Length: 5", body="hello"),
                 delivers(OK_LINE, "Date: Sun, 06 Nov 1994 08:49:37 GMT", body="hello")),
    bad("an answer with a space before a colon", "Some trim the name.",
        ok("Content-Length : 5", body="hello")),
    bad("an answer with a folded line", "RFC 9112 5.2: refused or replaced.",
        ok("X: a", " b", "Content-Length: 5", body="hello")),
    bad("an answer with NUL in a value", "A C string ends there.",
        ok("X: a\x00", "Content-Length: 5", body="hello")),
    bad("an answer with a bare carriage return", "How one answer is split in two.",
        ok("Location: /\rSet-Cookie: a=b", "Content-Length: 0")),
    bad("an answer with a bare line feed", "Some end a line there.",
        ok("Location: /\nSet-Cookie: a=b", "Content-Length: 0")),
    bad("an answer of bare line feeds", "Scripts write them.",
        raw(b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello")),
    bad("an answer with a line without a colon", "No field.",
        ok("Nonsense", "Content-Length: 0")),
    bad("an answer behind an empty line", "What it ended is not known.",
        raw(b"\r\n" + POISON.encode())),
    bad("an answer of another protocol", "No status line.", raw(b"SSH-2.0-OpenSSH_9.2\r\n")),
    bad("an answer without a status line", "HTTP/0.9.", raw(b"<html>hello</html>\r\n\r\n")),
    bad("an answer of HTTP 2", "Another protocol.", answer("HTTP/2.0 200 OK", "Content-Length: 0")),
    bad("an answer of ICY", "Nor is this one.", answer("ICY 200 OK", "Content-Length: 0")),
    bad("a status of two digits", "No status.", answer("HTTP/1.1 20 OK", "Content-Length: 0")),
    bad("a status of four digits", "No status.", answer("HTTP/1.1 2000 OK", "Content-Length: 0")),
    bad("a status below 100", "No status.", answer("HTTP/1.1 099 OK", "Content-Length: 0")),
    bad("a status above 599", "RFC 9110 15: no class.",
        answer("HTTP/1.1 600 OK", "Content-Length: 0")),
    bad("a status behind two spaces", "One is the grammar.",
        answer("HTTP/1.1  200 OK", "Content-Length: 0")),
    bad("a status with letters", "No status.", answer("HTTP/1.1 2oo OK", "Content-Length: 0")),
    bad("a reason phrase with an escape", "A control character.",
        answer("HTTP/1.1 200 \x1b[31m", "Content-Length: 0")),
    ResponseCase("a status without a reason phrase", "Neither has many a server.",
                 answer("HTTP/1.1 299", "Content-Length: 0"), delivers("HTTP/1.1 299 ")),
    ResponseCase("an answer of HTTP 1.0", "It ends the origin's connection.",
                 answer("HTTP/1.0 200 OK", "Content-Length: 5", body="hello", ends="closes"),
                 HELLO, origin="dropped"),
    ResponseCase("a head that is too large", "Bounded, like everything.",
                 ok(*["X: " + "a" * 8000] * 5, "Content-Length: 0"), TOO_LARGE, origin="dropped"),
    ResponseCase("a line that is too long", "The same.",
                 ok("X: " + "a" * FIELD_BYTES_MAX, "Content-Length: 0"), TOO_LARGE,
                 origin="dropped"),
    ResponseCase("too many fields in an answer", "The same.",
                 ok(*["X: a"] * FIELDS_MAX, "Content-Length: 0"), TOO_LARGE, origin="dropped"),
    ResponseCase("a line without an end in an answer", "It is met by its own limit.",
                 raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * FIELD_BYTES_MAX), TOO_LARGE,
                 origin="dropped"),
    ResponseCase("a head without an end", "It is met by the limit, not by patience.",
                 raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * (HEAD_BYTES_MAX + 8192)), TOO_LARGE,
                 origin="dropped"),
)

HOP_CASES = (
    ResponseCase("an origin that ends its connection", "The client's goes on.",
                 ok("Connection: close", "Content-Length: 5", body="hello", ends="closes"), HELLO,
                 origin="dropped"),
    ResponseCase("fields of the origin's hop", "They end here.",
                 ok("Connection: keep-alive, X-Hop", "Keep-Alive: timeout=5", "X-Hop: 1",
                    "Content-Length: 5", body="hello"), HELLO),
    ResponseCase("a length nominated by the origin", "It is written anew all the same.",
                 ok("Connection: Content-Length", "Content-Length: 5", body="hello"), HELLO),
)

BODILESS_CASES = (
    ResponseCase("an answer to HEAD", "It has a length and no body.",
                 ok("Content-Length: 5"), delivers(OK_LINE, "Content-Length: 5", framing="none"),
                 asked=HEAD),
    ResponseCase("an answer to HEAD with a body", "The body is nobody's answer.",
                 ok("Content-Length: 5", body="hello"),
                 delivers(OK_LINE, "Content-Length: 5", framing="none"), asked=HEAD,
                 origin="dropped"),
    ResponseCase("an answer to HEAD that poisons", "An answer within the body.",
                 ok(f"Content-Length: {len(POISON)}", body=POISON),
                 delivers(OK_LINE, f"Content-Length: {len(POISON)}", framing="none"), asked=HEAD,
                 origin="dropped"),
    ResponseCase("an answer 204", "It has neither.", answer("HTTP/1.1 204 No Content"),
                 delivers("HTTP/1.1 204 No Content", framing="none")),
    ResponseCase("an answer 204 with a length", "RFC 9110 8.6 forbids it; it ends here.",
                 answer("HTTP/1.1 204 No Content", "Content-Length: 5"),
                 delivers("HTTP/1.1 204 No Content", framing="none")),
    ResponseCase("an answer 204 with a body", "The body is nobody's answer.",
                 answer("HTTP/1.1 204 No Content", f"Content-Length: {len(POISON)}", body=POISON),
                 delivers("HTTP/1.1 204 No Content", framing="none"), origin="dropped"),
    ResponseCase("an answer 304 with a length", "It tells of a body that is not sent.",
                 answer("HTTP/1.1 304 Not Modified", "Content-Length: 5"),
                 delivers("HTTP/1.1 304 Not Modified", "Content-Length: 5", framing="none")),
    ResponseCase("an answer 304 with a body", "The body is nobody's answer.",
                 answer("HTTP/1.1 304 Not Modified", body=POISON),
                 delivers("HTTP/1.1 304 Not Modified", framing="none"), origin="dropped"),
    ResponseCase("two answers to one request", "The second is nobody's.",
                 ok("Content-Length: 5", body="hello" + POISON), HELLO, origin="dropped"),
    ResponseCase("an answer that is longer than its length", "The rest is nobody's.",
                 ok("Content-Length: 5", body="hello, world"), HELLO, origin="dropped"),
    ResponseCase("bytes behind the last chunk", "They are nobody's.",
                 ok("Transfer-Encoding: chunked", body="5\r\nhello\r\n0\r\n\r\n" + POISON),
                 HELLO_CHUNKED, origin="dropped"),
)

HINT = "HTTP/1.1 103 Early Hints"
INTERIM_CASES = (
    ResponseCase("an interim answer", "Passed on, and the final one waited for.",
                 raw(lines(HINT, "Link: </a>") + ok("Content-Length: 5", body="hello")[0].data),
                 delivers(OK_LINE, body="hello", interim=(lines(HINT, "Link: </a>"),))),
    ResponseCase("an interim answer with a length", "It never has a body.",
                 raw(lines(HINT, "Content-Length: 5")
                     + ok("Content-Length: 5", body="hello")[0].data),
                 delivers(OK_LINE, body="hello", interim=(lines(HINT),))),
    ResponseCase("an interim answer with a coding", "The same.",
                 raw(lines(HINT, "Transfer-Encoding: chunked")
                     + ok("Content-Length: 5", body="hello")[0].data),
                 delivers(OK_LINE, body="hello", interim=(lines(HINT),))),
    ResponseCase("an interim answer for HTTP 1.0", "It has none; only the final one is passed on.",
                 raw(lines(HINT) + ok("Content-Length: 5", body="hello")[0].data),
                 delivers(OK_LINE, body="hello", connection="closes"), asked=HTTP10),
    ResponseCase("five hundred interim answers", "Held back by a client that takes nothing.",
                 raw(lines(HINT) * 500 + ok("Content-Length: 5", body="hello")[0].data),
                 delivers(OK_LINE, body="hello", interim=(lines(HINT),) * 500)),
    bad("an answer 101 that nobody asked for", "Behind it another protocol would be spoken.",
        answer("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket")),
    ResponseCase("an answer before the request is whole", "The rest of the body is not a request.",
                 ok("Content-Length: 5", body="hello", when="head"),
                 delivers(OK_LINE, body="hello", connection="closes"),
                 asked=post("Content-Length: 10", body="12345"), origin="dropped"),
)

BROKEN_CASES = (
    cut("an answer cut short", "Half a body is not a whole one.",
        ok("Content-Length: 10", body="hello", ends="closes")),
    cut("an answer cut short by a reset", "The same.",
        ok("Content-Length: 10", body="hello", ends="resets")),
    cut("chunks cut short", "No last chunk, no end.",
        ok("Transfer-Encoding: chunked", body="5\r\nhello\r\n", ends="closes")),
    cut("an answer until a reset", "Only an orderly close ends it.",
        ok(body="hello", ends="resets")),
    ResponseCase("an answer until a reset for HTTP 1.0", "Where a close would be the end.",
                 ok(body="hello", ends="resets"), Cut(b"hello", "reset"), asked=HTTP10,
                 origin="dropped"),
    cut("a chunk size that is none", "In the middle of an answer only the end is left to say it.",
        ok("Transfer-Encoding: chunked", body="5\r\nhello\r\nzz\r\n")),
    cut("a negative chunk size", "The same.",
        ok("Transfer-Encoding: chunked", body="5\r\nhello\r\n-1\r\n")),
    cut("a chunk size of 17 digits", "The same.",
        ok("Transfer-Encoding: chunked", body="5\r\nhello\r\n10000000000000005\r\n")),
    cut("a chunk size with a space behind in an answer", "The same.",
        ok("Transfer-Encoding: chunked", body="5\r\nhello\r\n5 \r\nhello\r\n0\r\n\r\n")),
    cut("a chunk that ends in a bare line feed", "The same.",
        ok("Transfer-Encoding: chunked", body="5\r\nhello\n0\r\n\r\n")),
    cut("a chunk without a line end", "The same.",
        ok("Transfer-Encoding: chunked", body="5\r\nhello0\r\n\r\n")),
    cut("a trailer that is no field", "The same.",
        ok("Transfer-Encoding: chunked", body="5\r\nhello\r\n0\r\nX Y: z\r\n\r\n")),
    ResponseCase("half a head", "There is no other backend to ask.",
                 raw(b"HTTP/1.1 200 OK\r\nContent-", ends="closes"),
                 Failure(502, "truncated_response"), origin="dropped"),
    ResponseCase("no answer to a GET on a used connection", "It was closed as we asked: once more.",
                 raw(b"", ends="closes"), delivers(OK_LINE, body="ok"), origin="dropped"),
    ResponseCase("no answer to a POST", "It may have been acted on: it is not sent again.",
                 raw(b"", ends="closes"), Failure(502, "closed_before_response"),
                 asked=post("Content-Length: 5", body="hello"), origin="dropped"),
    ResponseCase("a reset for a POST", "The same.",
                 raw(b"", ends="resets"), Failure(502, "reset_before_response"),
                 asked=post("Content-Length: 5", body="hello"), origin="dropped"),
)

CASES = (*FRAMING_CASES, *HEAD_CASES, *HOP_CASES, *BODILESS_CASES, *INTERIM_CASES, *BROKEN_CASES)
