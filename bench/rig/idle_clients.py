# SPDX-License-Identifier: Apache-2.0
"""Opens connections, makes one request on each, and holds them. Runs until it is ended.

usage: idle_clients.py ADDRESS COUNT HEAD_FILE RESPONSE_BYTES SOURCE...

COUNT connections from the SOURCE addresses in turn, each with the request in HEAD_FILE and a
response of RESPONSE_BYTES, head included. Prints as beside_clients.py wants it.
"""

import errno
import pathlib
import select
import socket
import sys

# At once under way, so that no queue of a listener overflows and nobody has to retry.
OPENING_MAX = 256
IP_BIND_ADDRESS_NO_PORT = 24  # The port is chosen when connecting, once both ends are known.


class Client:
    """One connection, from connecting over its answer to being held."""

    def __init__(self, source, server):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self.socket.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        self.socket.bind((source, 0))
        self.received = 0
        status = self.socket.connect_ex(server)
        if status not in (0, errno.EINPROGRESS):
            raise OSError(status, "connect")

    def fileno(self):
        return self.socket.fileno()


class IdleClients:
    def __init__(self, server, count, head, response_bytes, sources):
        self._server, self._count, self._head = server, count, head
        self._response_bytes, self._sources = response_bytes, sources
        self._poll = select.epoll()
        self._clients = {}
        self._started = self._opening = self._failed = 0

    def run(self):
        self._open()
        said = False
        while True:
            if self._started == self._count and not self._opening and not said:
                said = True
                print("ready", flush=True)
            before = self._failed
            for number, events in self._poll.poll():
                self._on_event(self._clients[number], events)
            if self._failed != before:
                print(f"failed {self._failed}", flush=True)
            self._open()

    def _open(self):
        while self._started < self._count and self._opening < OPENING_MAX:
            client = Client(self._sources[self._started % len(self._sources)], self._server)
            self._clients[client.fileno()] = client
            self._poll.register(client, select.EPOLLOUT)
            self._started += 1
            self._opening += 1

    def _on_event(self, client, events):
        try:
            if events & select.EPOLLOUT:
                client.socket.send(self._head)
                self._poll.modify(client, select.EPOLLIN)
                return
            data = client.socket.recv(65536)
        except OSError:
            data = b""
        if not data:
            return self._lose(client)
        begun, client.received = client.received, client.received + len(data)
        if begun == 0 and not data.startswith(b"HTTP/1.1 200 "):
            return self._lose(client)
        if client.received > self._response_bytes:
            return self._lose(client)  # Nobody has asked for more.
        if client.received == self._response_bytes:
            self._opening -= 1

    def _lose(self, client):
        if client.received < self._response_bytes:
            self._opening -= 1
        self._failed += 1
        self._poll.unregister(client)
        del self._clients[client.fileno()]
        client.socket.close()


def main():
    address, count, head_file, response_bytes, *sources = sys.argv[1:]
    IdleClients((address, 80), int(count), pathlib.Path(head_file).read_bytes(),
                int(response_bytes), sources).run()


if __name__ == "__main__":
    main()
