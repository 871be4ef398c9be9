# SPDX-License-Identifier: Apache-2.0
"""An origin that answers right and closes its connections whenever it likes, mostly unannounced.

usage: fickle_origin.py ADDRESS PORT SEED RECORD

After a random number of requests or a random idle time a connection is closed at once, or its
sending side is closed and what comes behind that is read and thrown away. The file RECORD gets a
line for each POST acted upon.
"""

import os
import random
import re
import select
import socket
import sys
import time

from derived_answer import answer_to

READ_BYTES = 1 << 16
SCAN_SECONDS = 0.002
IDLE_SECONDS_MIN, IDLE_SECONDS_FACTOR = 0.0005, 400
REQUESTS_MAX = 60
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Connection:
    def __init__(self, sock, chance):
        self.socket, self.received = sock, b""
        self.requests_left = chance.randrange(1, REQUESTS_MAX)
        self.closes_at = None  # unknown before the first answer, and while a request is arriving
        self.is_closing = False


class FickleOrigin:
    def __init__(self, address, port, seed, record):
        self._chance = random.Random(seed)
        self._record = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._listener = socket.create_server((address, port), backlog=512)
        self._listener.setblocking(False)
        self._poll = select.epoll()
        self._poll.register(self._listener, select.EPOLLIN)
        self._open = {}

    def run(self):
        scanned = time.monotonic()
        while True:
            for number, _ in self._poll.poll(SCAN_SECONDS):
                if number == self._listener.fileno():
                    self._accept()
                else:
                    self._read(self._open[number])
            now = time.monotonic()
            if now - scanned >= SCAN_SECONDS:
                scanned = now
                self._close_the_idle(now)

    def _accept(self):
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open[sock.fileno()] = Connection(sock, self._chance)
        self._poll.register(sock, select.EPOLLIN)

    def _read(self, connection):
        try:
            data = connection.socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            return self._close(connection)
        if connection.is_closing:
            return self._close(connection)
        connection.received += data
        connection.closes_at = None
        self._answer(connection)

    def _answer(self, connection):
        """One request: whoever leads us sends the next behind the answer."""
        data = connection.received
        end = data.find(b"\r\n\r\n") + 4
        if end < 4:
            return
        length = LENGTH.search(data, 0, end)
        whole = end + (int(length[1]) if length else 0)
        if len(data) < whole:
            return
        method, target, _ = data.split(b" ", 2)
        connection.received = data[whole:]
        if method == b"POST":
            os.write(self._record, target + b"\n")
        self._send(connection, answer_to(method, target, data[end:whole]))

    def _send(self, connection, body):
        connection.requests_left -= 1
        is_last = connection.requests_left == 0
        announced = b"Connection: close\r\n" if is_last and self._chance.random() < 0.3 else b""
        if self._chance.random() < 0.3:
            half = len(body) // 2
            parts = (body[:half], body[half:], b"")
            framing = b"Transfer-Encoding: chunked\r\n"
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
        else:
            framing = b"Content-Length: %d\r\n" % len(body)
        try:
            connection.socket.send(b"HTTP/1.1 200 OK\r\n%s%s\r\n%s" % (framing, announced, body))
        except OSError:
            return self._close(connection)
        if is_last:
            return self._begin_to_close(connection)
        patience = IDLE_SECONDS_MIN * IDLE_SECONDS_FACTOR ** self._chance.random()
        connection.closes_at = time.monotonic() + patience

    def _close_the_idle(self, now):
        for connection in [each for each in self._open.values()
                           if each.closes_at is not None and each.closes_at <= now]:
            self._begin_to_close(connection)

    def _begin_to_close(self, connection):
        connection.closes_at, connection.is_closing = None, True
        if self._chance.random() < 0.7:
            return self._close(connection)
        try:
            connection.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(connection)

    def _close(self, connection):
        number = connection.socket.fileno()
        self._poll.unregister(number)
        self._open.pop(number)
        connection.socket.close()


def main():
    address, port, seed, record = sys.argv[1:]
    origin = FickleOrigin(address, int(port), int(seed), record)
    print("listening", flush=True)
    origin.run()


if __name__ == "__main__":
    main()
