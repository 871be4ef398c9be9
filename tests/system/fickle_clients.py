# SPDX-License-Identifier: Apache-2.0
"""Keep-alive clients that know the answer to each of their requests beforehand.

usage: fickle_clients.py ADDRESS COUNT SECONDS CONNECTIONS SEED

Up to four GETs wait on a connection at once; a POST waits alone, and is never sent again. A GET
whose connection ended before its answer is sent again on a new one. Ends when COUNT requests are
answered or SECONDS are over, and prints what happened as JSON.
"""

import collections
import json
import random
import re
import select
import socket
import sys
import time

from derived_answer import answer_to, body_to_post

READ_BYTES = 1 << 18
PIPELINE_MAX = 4
POST_SHARE = 0.1
EXAMPLES_MAX = 5
STUCK_SECONDS = 20
HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r]*\r\n(.*?)\r\n\r\n", re.DOTALL)
LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)
REASON = re.compile(rb"^penstock-reason: *(\w+)", re.IGNORECASE | re.MULTILINE)
CLOSES = re.compile(rb"^connection: *close", re.IGNORECASE | re.MULTILINE)


class NotWhole(Exception):
    """More has to come."""


def take_chunks(data, at):
    """(body, where it ends) of a chunked body that begins at `at`."""
    body = []
    while True:
        line = data.find(b"\r\n", at)
        if line < 0:
            raise NotWhole
        size = int(data[at:line], 16)
        at = line + 2 + size + 2
        if len(data) < at:
            raise NotWhole
        if size == 0:
            return b"".join(body), at
        body.append(data[line + 2:at - 2])


class Client:
    """One connection after another, and what waits for an answer on it."""

    def __init__(self, name, chance):
        self.name, self.chance = name, chance
        self.number = 0
        self.again = collections.deque()  # GETs whose answer did not come
        self.waiting = collections.deque()
        self.socket, self.received = None, b""
        self.heard_at = 0.0

    def next_requests(self):
        """What may be sent now, as (method, target) each."""
        if self.waiting and (self.waiting[0][0] == b"POST" or len(self.waiting) > 1):
            return
        wanted = self.chance.randrange(1, PIPELINE_MAX + 1) - len(self.waiting)
        while wanted > 0:
            wanted -= 1
            if self.again:
                yield self.again.popleft()
                continue
            target = b"/%d/%d" % (self.name, self.number)
            if self.chance.random() < POST_SHARE:
                if not self.waiting:
                    self.number += 1
                    yield b"POST", target
                return
            self.number += 1
            yield b"GET", target


def request_text(method, target):
    body = body_to_post(target) if method == b"POST" else b""
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    return b"%s %s HTTP/1.1\r\nHost: fickle.example\r\n%s\r\n%s" % (method, target, length, body)


class FickleClients:
    def __init__(self, server, count, seconds, connections, seed):
        self._server, self._count = server, count
        self._deadline = time.monotonic() + seconds
        self._poll = select.epoll()
        self._by_number = {}
        self._clients = [Client(name, random.Random(seed + name)) for name in range(connections)]
        self.seen = collections.Counter()
        self.refused = {"GET": collections.Counter(), "POST": collections.Counter()}
        self.lost = []  # targets of POSTs that no origin answered
        self.examples = []

    def run(self):
        for client in self._clients:
            self._connect(client)
        scan_at = time.monotonic() + 1
        while self.seen["answered"] < self._count and time.monotonic() < self._deadline:
            for number, _ in self._poll.poll(1):
                self._on_ready(self._by_number[number])
            if time.monotonic() > scan_at:
                scan_at = time.monotonic() + 1
                self._note_the_stuck()
        return {**self.seen, "refused": self.refused, "lost": self.lost, "examples": self.examples}

    def _connect(self, client):
        client.socket = socket.create_connection(self._server, timeout=STUCK_SECONDS)
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.received = b""
        self._by_number[client.socket.fileno()] = client
        self._poll.register(client.socket, select.EPOLLIN)
        self.seen["connections"] += 1
        self._send(client)

    def _send(self, client):
        requests = list(client.next_requests())
        client.waiting.extend(requests)
        client.heard_at = time.monotonic()
        try:
            client.socket.send(b"".join(request_text(*request) for request in requests))
        except OSError:
            pass  # Reading tells.

    def _on_ready(self, client):
        try:
            data = client.socket.recv(READ_BYTES)
        except OSError:
            self.seen["resets"] += 1
            data = b""
        client.received += data
        closes = self._take_answers(client)
        if closes or not data:
            return self._begin_anew(client, announced=closes)
        self._send(client)

    def _take_answers(self, client):
        """Returns whether the last of them closes the connection."""
        at, data, closes = 0, client.received, False
        while client.waiting and not closes:
            head = HEAD.match(data, at)
            if not head:
                break
            try:
                length = LENGTH.search(head[2])
                if length:
                    end = head.end() + int(length[1])
                    body = data[head.end():end]
                    if len(data) < end:
                        break
                else:
                    body, end = take_chunks(data, head.end())
            except NotWhole:
                break
            self._judge(client.waiting.popleft(), head, body)
            at, closes = end, CLOSES.search(head[2]) is not None
        client.received = data[at:]
        return closes

    def _judge(self, request, head, body):
        self.seen["answered"] += 1
        if head[1] != b"200":
            reason = REASON.search(head[2])
            word = f"{head[1].decode()} {reason[1].decode() if reason else 'of an origin'}"
            self.refused[request[0].decode()][word] += 1
            if request[0] == b"POST":
                self.lost.append(request[1].decode())
        elif body != self._right_answer(*request):
            self._complain("wrong", request, body)
        else:
            self.seen["right"] += 1

    @staticmethod
    def _right_answer(method, target):
        return answer_to(method, target, body_to_post(target) if method == b"POST" else b"")

    def _complain(self, what, request, data):
        self.seen[what] += 1
        if len(self.examples) < EXAMPLES_MAX:
            self.examples.append(f"{what}: {request} got {data[:200]!r}")

    def _begin_anew(self, client, announced):
        self._by_number.pop(client.socket.fileno())
        self._poll.unregister(client.socket)
        client.socket.close()
        if client.received and client.waiting:
            self._judge_part(client.waiting[0], client.received)
        elif not announced:
            self.seen["ends"] += 1
        for request in client.waiting:
            if request[0] == b"POST":
                self.seen["posts_unanswered"] += 1
                self.lost.append(request[1].decode())
            else:
                client.again.append(request)
        client.waiting.clear()
        self._connect(client)

    def _judge_part(self, request, data):
        """A response that was cut short: what came of it is right."""
        self.seen["cut"] += 1
        head = HEAD.match(data)
        part = data[head.end():] if head else b""
        if head and LENGTH.search(head[2]) and not self._right_answer(*request).startswith(part):
            self._complain("wrong", request, data)

    def _note_the_stuck(self):
        now = time.monotonic()
        for client in self._clients:
            if client.waiting and now - client.heard_at > STUCK_SECONDS:
                self._complain("stuck", client.waiting[0], client.received)
                client.heard_at = now


def main():
    address, count, seconds, connections, seed = sys.argv[1:]
    clients = FickleClients((address, 80), int(count), float(seconds), int(connections), int(seed))
    print(json.dumps(clients.run()), flush=True)


if __name__ == "__main__":
    main()
