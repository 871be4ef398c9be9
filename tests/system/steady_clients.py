# SPDX-License-Identifier: Apache-2.0
"""A new connection at a steady pace, a request on each, and how many were answered in time.

usage: steady_clients.py ADDRESS HOST PATH PER_SECOND SECONDS [PATIENCE_SECONDS]

Whoever waits for a slow server is no measure of it: here the pace is the clients'. Prints JSON.
"""

import errno
import json
import select
import socket
import sys
import time

PATIENCE_SECONDS = 1.0


class SteadyClients:
    def __init__(self, server, head, pace, patience):
        self._server, self._head, self._patience = server, head, patience
        per_second, seconds = pace
        self._interval, self._count = 1 / per_second, int(per_second * seconds)
        self._poll = select.epoll()
        self._open = {}  # by file: socket, deadline, received
        self.asked = self.answered = 0

    def run(self):
        began = time.monotonic()
        while self.asked < self._count or self._open:
            now = time.monotonic()
            while self.asked < self._count and began + self.asked * self._interval <= now:
                self._ask(now)
            self._give_up(now)
            for number, events in self._poll.poll(self._interval):
                self._on_event(number, events)
        return {"asked": self.asked, "answered": self.answered}

    def _ask(self, now):
        self.asked += 1
        client = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        if client.connect_ex(self._server) not in (0, errno.EINPROGRESS):
            client.close()
            return
        self._open[client.fileno()] = [client, now + self._patience, b""]
        self._poll.register(client, select.EPOLLOUT)

    def _give_up(self, now):
        for number in [number for number, entry in self._open.items() if entry[1] < now]:
            self._end(number)

    def _on_event(self, number, events):
        entry = self._open[number]
        try:
            if events & select.EPOLLOUT:
                entry[0].send(self._head)
                self._poll.modify(number, select.EPOLLIN)
                return
            data = entry[0].recv(65536)
        except OSError:
            return self._end(number)
        entry[2] += data
        if not data:
            self.answered += entry[2].startswith(b"HTTP/1.1 200 ")
            self._end(number)

    def _end(self, number):
        self._poll.unregister(number)
        self._open.pop(number)[0].close()


def main():
    address, host, path, per_second, seconds, *patience = sys.argv[1:]
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    clients = SteadyClients((address, 80), head, (float(per_second), float(seconds)),
                            float(*patience or [PATIENCE_SECONDS]))
    print(json.dumps(clients.run()))


if __name__ == "__main__":
    main()
