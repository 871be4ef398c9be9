# SPDX-License-Identifier: Apache-2.0
"""A strict reader of HTTP/1.1, which shares nothing with the product: who meets a byte that
RFC 9112 does not allow to a sender raises NotStrict.

It is the judge of what leaves Penstock: requests at an origin, responses at a client.
"""

import dataclasses
import re

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e]+) HTTP/1\.1\Z")
STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-9][0-9][0-9]) [\t\x20-\x7e\x80-\xff]*\Z")
FIELD_LINE = re.compile(rb"(" + TOKEN + rb"):[\t ]*([\t\x20-\x7e\x80-\xff]*)\Z")
CHUNK_LINE = re.compile(rb"[0-9A-Fa-f]{1,16}\Z")
LENGTH = re.compile(rb"(0|[1-9][0-9]{0,18})\Z")


class NotStrict(Exception):
    """Bytes that a sender of HTTP/1.1 may not send."""


@dataclasses.dataclass
class Message:
    head: bytes  # as it came, its empty line included
    start: tuple  # (method, target), or (status,)
    fields: list  # (name in lower case, value)
    body: bytes = b""  # payload alone

    def values(self, name):
        return [value for each, value in self.fields if each == name]

    def value(self, name):
        return next(iter(self.values(name)), None)


class StrictReader:
    """Takes messages off the front of a stream of bytes."""

    def __init__(self, start_line):
        self._start_line = start_line

    def take(self, data, ended=False, bodiless=False):
        """Returns (Message, bytes taken), or None while it is not whole.

        `ended` says that nothing more comes; `bodiless` that the message answers HEAD.
        """
        end = data.find(b"\r\n\r\n")
        if end < 0:
            check_begun(data)
            return None
        message = self._head(bytes(data[:end + 4]))
        body = self._body(message, data[end + 4:], ended, bodiless)
        if body is None:
            return None
        message.body, taken = body
        return message, end + 4 + taken

    def _head(self, head):
        first, *lines = head[:-4].split(b"\r\n")
        start = self._start_line.match(first)
        if not start:
            raise NotStrict(f"first line {first!r}")
        fields = []
        for line in lines:
            field = FIELD_LINE.match(line)
            if not field:
                raise NotStrict(f"field line {line!r}")
            fields.append((field[1].decode().lower(), field[2].strip(b" \t").decode("latin-1")))
        return Message(head, tuple(part.decode() for part in start.groups()), fields)

    def _body(self, message, rest, ended, bodiless):
        lengths, codings = message.values("content-length"), message.values("transfer-encoding")
        if len(lengths) + len(codings) > 1:
            raise NotStrict(f"two framings: {message.head!r}")
        status = int(message.start[0]) if self._start_line is STATUS_LINE else None
        if bodiless or status in (204, 304) or status and status < 200:
            return b"", 0
        if codings:
            if codings != ["chunked"]:
                raise NotStrict(f"transfer coding {codings[0]!r}")
            return take_chunks(rest)
        if lengths:
            if not LENGTH.match(lengths[0].encode()):
                raise NotStrict(f"length {lengths[0]!r}")
            length = int(lengths[0])
            return (rest[:length], length) if len(rest) >= length else None
        if status is None:
            return b"", 0
        return (rest, len(rest)) if ended else None  # a response that runs until the close


def requests_reader():
    return StrictReader(REQUEST_LINE)


def responses_reader():
    return StrictReader(STATUS_LINE)


def check_begun(data):
    """A head that is not whole has no line end but CRLF, and none of the bytes that are nowhere."""
    if re.search(rb"(?<!\r)\n|\r(?!\n|\Z)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data):
        raise NotStrict(f"{bytes(data)!r}")


def take_chunks(data):
    """(payload, bytes taken) of a chunked body without extensions and trailers, or None."""
    payload, at = b"", 0
    while True:
        end = data.find(b"\r\n", at)
        if end < 0:
            return None
        if not CHUNK_LINE.match(data[at:end]):
            raise NotStrict(f"chunk line {data[at:end]!r}")
        size = int(data[at:end], 16)
        at = end + 2
        if len(data) < at + size + 2:
            return None
        if data[at + size:at + size + 2] != b"\r\n":
            raise NotStrict(f"behind a chunk {data[at + size:at + size + 2]!r}")
        payload += data[at:at + size]
        at += size + 2
        if size == 0:
            return payload, at
