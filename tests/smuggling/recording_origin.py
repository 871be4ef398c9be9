# SPDX-License-Identifier: Apache-2.0
"""An origin that keeps what it was sent, byte for byte, and answers as it was told."""

import collections
import dataclasses

from event_loop import Connection, Listener
from strict_reader import NotStrict, requests_reader

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the next request is answered with, and what becomes of the connection."""

    data: bytes = OK
    ends: str = "stays"  # or "closes", "resets"
    when: str = "whole"  # or "head": as soon as the head is there


DEFAULT = Answer()


class OriginConnection(Connection):
    def __init__(self, loop, sock, origin):
        self._origin, self._reader = origin, requests_reader()
        self.fault = None  # the first bytes that no sender of HTTP/1.1 may send
        self._answered_head = False
        super().__init__(loop, sock)

    def on_received(self):
        try:
            self._take_messages()
        except NotStrict as fault:
            self.fault = self.fault or str(fault)

    def _take_messages(self):
        while self.received and not self.fault:
            taken = self._reader.take(self.received)
            if not taken:
                self._answer_head()
                return
            message, count = taken
            self.received = self.received[count:]
            self._origin.note(message)
            if not self._answered_head:
                self._answer(self._origin.next_answer(), message.start[0] == "HEAD")
            self._answered_head = False

    def _answer_head(self):
        early = self._origin.peek_answer().when == "head"
        if early and not self._answered_head and b"\r\n\r\n" in self.received:
            self._answered_head = True
            self._answer(self._origin.next_answer())

    def _answer(self, answer, bodiless=False):
        self._origin.answered_by = self._origin.answered_by or self
        bodiless = bodiless and answer is DEFAULT
        self.send(answer.data.removesuffix(b"ok") if bodiless else answer.data)
        if answer.ends == "closes":
            self.finish()
        elif answer.ends == "resets":
            self.ended = "reset"
            self.reset()

    def has_begun(self):
        """It holds a part of a request."""
        return bool(self.received)


class RecordingOrigin:
    def __init__(self, loop, host, address, port):
        self._loop = loop
        self._answers = collections.deque()
        self._messages = []
        self.connections = []
        self.answered_by = None  # the connection on which the first answer since begin() went
        Listener(loop, host, address, port, self._accept)

    def _accept(self, sock):
        self.connections.append(OriginConnection(self._loop, sock, self))

    def begin(self, answers=()):
        """Forgets what came so far, and answers the next requests so; those behind them with OK."""
        self._answers = collections.deque(answers)
        self.connections = [each for each in self.connections if each.ended is None]
        self._messages.clear()
        self.answered_by = None

    def peek_answer(self):
        return self._answers[0] if self._answers else DEFAULT

    def next_answer(self):
        return self._answers.popleft() if self._answers else DEFAULT

    def note(self, message):
        self._messages.append(message)

    def messages_in_order(self):
        """All that came whole since begin(), on whatever connection."""
        return list(self._messages)

    def faults(self):
        return [each.fault for each in self.connections if each.fault]

    def begun(self):
        """Connections on which a request has begun that has not come to its end."""
        return [each for each in self.connections if each.has_begun()]
