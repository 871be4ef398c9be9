# SPDX-License-Identifier: Apache-2.0
"""Opens connections and holds them; on SIGUSR1 makes a request on each, and says how many answered.

usage: held_connections.py ADDRESS HOST COUNT SOURCE

Prints "open N" when all are open or refused, "answered N" when all were used. A process may open
about 20,000 files, so many connections take several of these.
"""

import errno
import select
import signal
import socket
import sys
import time

UNDER_WAY_MAX = 50  # so that no queue between us overflows and nobody has to try again
PATIENCE_SECONDS = 120
IP_BIND_ADDRESS_NO_PORT = 24  # The port is chosen when connecting, once both ends are known.


class HeldConnections:
    def __init__(self, server, head, count, source):
        self._server, self._head, self._count, self._source = server, head, count, source
        self._poll = select.epoll()
        self._sockets = {}

    def open_all(self):
        started = under_way = 0
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (started < self._count or under_way) and time.monotonic() < deadline:
            while started < self._count and under_way < UNDER_WAY_MAX:
                self._open()
                started, under_way = started + 1, under_way + 1
            for number, events in self._poll.poll(1):
                under_way -= 1
                self._poll.unregister(number)
                if events & (select.EPOLLERR | select.EPOLLHUP):
                    self._sockets.pop(number).close()
        return len(self._sockets) - under_way

    def _open(self):
        client = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        client.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        client.bind((self._source, 0))
        status = client.connect_ex(self._server)
        if status not in (0, errno.EINPROGRESS):
            raise OSError(status, "connect")
        self._sockets[client.fileno()] = client
        self._poll.register(client, select.EPOLLOUT)

    def use_all(self):
        waiting = list(self._sockets.values())
        answered = under_way = 0
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (waiting or under_way) and time.monotonic() < deadline:
            while waiting and under_way < UNDER_WAY_MAX:
                client = waiting.pop()
                client.send(self._head)
                self._poll.register(client, select.EPOLLIN)
                under_way += 1
            for number, _ in self._poll.poll(1):
                under_way -= 1
                self._poll.unregister(number)
                answered += self._sockets[number].recv(65536).startswith(b"HTTP/1.1 200 ")
        return answered


def main():
    address, host, count, source = sys.argv[1:]
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    head = f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    held = HeldConnections((address, 80), head, int(count), source)
    print("open", held.open_all(), flush=True)
    signal.sigwait([signal.SIGUSR1])
    print("answered", held.use_all(), flush=True)
    signal.sigwait([signal.SIGTERM, signal.SIGUSR1])


if __name__ == "__main__":
    main()
