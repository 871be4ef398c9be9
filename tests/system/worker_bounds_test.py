# SPDX-License-Identifier: Apache-2.0
"""Bounds hold over two workers together. What both let in at one moment may exceed a bound of a
pool by one, which is as many as there are workers beside the one that asks; the connections of a
source never exceed theirs, but of two that want the last place neither may get it."""

from event_loop import Connection, Listener
from played_case import ORIGIN1, SECONDS_MAX, PlayedCase, configuration_of, request

from testbed.namespace_socket import tcp_socket
from testbed.waiting import wait_until

WORKERS = 2
ERROR_MAX = WORKERS - 1
CLIENTS = 24  # so many that both workers get a share of them
BOUND = 4
ROUNDS = 3
LIMITED_PORT, HOLDING_PORT = 81, 8090
HOLDING = f"10.80.2.11:{HOLDING_PORT}"
# Kept unused by one worker, it would take the place of what the other asks for.
OK_AND_CLOSE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class HeldRequest(Connection):
    """A connection to the origin that brings one request, answered when the test says so."""

    def __init__(self, loop, sock, origin):
        self._origin, self.is_held = origin, False
        super().__init__(loop, sock)

    def on_received(self):
        self.is_held = b"\r\n\r\n" in self.received and not self.ended
        self._origin.most_held = max(self._origin.most_held, len(self._origin.held()))
        if self.ended:
            self.close()

    def answer(self):
        self.received, self.is_held = b"", False
        self.send(OK_AND_CLOSE)
        self.finish()


class HoldingOrigin:
    def __init__(self, loop, host, address, port):
        self._connections, self.most_held = [], 0
        Listener(loop, host, address, port, lambda sock: self._connections.append(
            HeldRequest(loop, sock, self)))

    def begin(self):
        self._connections, self.most_held = [], 0

    def held(self):
        return [each for each in self._connections if each.is_held]

    def answer_held(self):
        """Returns how many there were."""
        held = self.held()
        for each in held:
            each.answer()
        return len(held)


class WorkerBoundsTest(PlayedCase):
    origin_names = ("origin1",)

    @staticmethod
    def configuration():
        patient = "queue_ms = 60000;"
        text = configuration_of({
            "connections": ([HOLDING], f"connections_max = {BOUND}; {patient}"),
            "pending": ([HOLDING], f"connections_max = 1; pending_max = {BOUND}; {patient}"),
            "requests": ([HOLDING], f"requests_max = {BOUND};"),
            "free": ([ORIGIN1], ""),
        }, listeners=f', {{ name = "limited"; address = "10.80.1.1:{LIMITED_PORT}";'
                     f' connections_per_source_max = {BOUND}; }}')
        return text.replace("cores = [0]", f"cores = [{', '.join(WORKERS * ['0'])}]")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        network = cls.bed.network
        cls.origin = HoldingOrigin(cls.loop, network.origins["origin1"],
                                   network.ORIGINS["origin1"], HOLDING_PORT)

    def setUp(self):
        super().setUp()
        self.origin.begin()
        self.requests_before = self.requests_by_worker()

    def requests_by_worker(self):
        workers = self.daemon.status()["workers"]
        self.assertEqual(len(workers), WORKERS)
        return [worker["requests"] for worker in workers]

    def assert_both_workers_were_asked(self):
        for after, before in zip(self.requests_by_worker(), self.requests_before):
            self.assertGreater(after, before)

    def wait_while_turning(self, condition, what):
        """For what no socket of ours tells of."""

        def holds():
            self.loop.turn(0)
            return condition()

        wait_until(holds, SECONDS_MAX, what)

    def connect_all(self):
        return [self.connect() for _ in range(CLIENTS)]

    @staticmethod
    def ask_on_all(clients, pool):
        for client in clients:
            client.send(request(pool))

    @staticmethod
    def answered(clients):
        return [client for client in clients if client.received]

    def assert_refused(self, clients, reason):
        for client in clients:
            self.assert_answer(self.take_answer(client), 503, reason)

    def assert_at_bound(self, count):
        self.assertGreaterEqual(count, BOUND)
        self.assertLessEqual(count, BOUND + ERROR_MAX)

    def serve_all(self, clients, pool, bound):
        """Answers what reaches the origin until these clients, all of which wait, are served."""
        left = len(clients)
        while left:
            at_once = min(bound, left)
            self.wait(lambda: len(self.origin.held()) >= at_once, f"{at_once} requests held")
            self.assertLessEqual(self.pool(pool)["connections_open"], bound + ERROR_MAX)
            left -= self.origin.answer_held()
        for client in clients:
            self.assert_answer(self.take_answer(client), 200)
        self.wait_while_turning(lambda: self.pool(pool)["requests_open"] == 0, "an empty pool")
        self.assertEqual(self.pool(pool)["pending"], 0)

    def test_the_connections_of_a_pool(self):
        clients = self.connect_all()
        for _ in range(ROUNDS):
            self.ask_on_all(clients, "connections")
            self.wait_while_turning(lambda: len(self.origin.held()) >= BOUND and CLIENTS ==
                                    self.pool("connections")["pending"] + len(self.origin.held()),
                                    "all in the pool")
            self.assert_at_bound(len(self.origin.held()))
            self.serve_all(clients, "connections", BOUND)
        self.assert_at_bound(self.origin.most_held)
        self.assertEqual(self.pool("connections")["refusals"], 0)
        self.assert_both_workers_were_asked()

    def test_those_that_wait_for_a_connection(self):
        first, clients = self.connect(), self.connect_all()
        for _ in range(ROUNDS):
            first.send(request("pending"))
            self.wait(self.origin.held, "a request that holds the connection")
            self.ask_on_all(clients, "pending")
            # The worker that has not the first one's connection may open one of its own.
            self.wait_while_turning(lambda: CLIENTS + 1 == self.pool("pending")["pending"] +
                                    len(self.origin.held()) + len(self.answered(clients)),
                                    "all refused, waiting or held")
            refused = self.answered(clients)
            # Those that waited until that was open are waiting no more.
            served = len(self.origin.held()) - 1
            self.assertLess(served, WORKERS)
            self.assertGreaterEqual(CLIENTS - len(refused), BOUND)
            self.assertLessEqual(CLIENTS - len(refused), BOUND + ERROR_MAX + served)
            self.assert_refused(refused, "pool_pending_limit")
            waiting = [client for client in clients if client not in refused]
            self.serve_all([first, *waiting], "pending", 1)
        self.assert_both_workers_were_asked()

    def test_the_requests_of_a_pool(self):
        clients = self.connect_all()
        for _ in range(ROUNDS):
            self.ask_on_all(clients, "requests")
            self.wait(lambda: CLIENTS == len(self.origin.held()) + len(self.answered(clients)),
                      "all refused or at the origin")
            refused = self.answered(clients)
            self.assert_at_bound(CLIENTS - len(refused))
            self.assert_refused(refused, "pool_requests_limit")
            at_origin = [client for client in clients if client not in refused]
            self.serve_all(at_origin, "requests", len(at_origin))
        self.assert_both_workers_were_asked()

    def limited(self):
        return next(each for each in self.daemon.status()["listeners"] if each["name"] == "limited")

    def connect_at_once(self, count):
        """So many connections to the limited listener, begun before any of them is accepted."""
        sockets = [tcp_socket(self.client.host.name) for _ in range(count)]
        for sock in sockets:
            sock.setblocking(False)
            sock.connect_ex((self.client.virtual, LIMITED_PORT))
        clients = [Connection(self.loop, sock) for sock in sockets]
        for client in clients:
            self.addCleanup(client.close)
        return clients

    def served(self, clients):
        """Those that are answered; the others must have ended."""
        self.ask_on_all(clients, "free")
        self.wait(lambda: all(client.ended or client.received for client in clients),
                  "an answer or the end of each connection")
        for client in clients:
            # Whether a reset is seen as one depends on which call of ours hears of it.
            self.assertNotEqual(bool(client.ended), bool(client.received))
        served = self.answered(clients)
        for client in served:
            self.assert_answer(self.take_answer(client), 200)
        return served

    def test_the_connections_of_a_source(self):
        for _ in range(ROUNDS):
            refused_before = self.limited()["refused"]
            served = self.served(self.connect_at_once(CLIENTS))
            self.assertLessEqual(len(served), BOUND)
            self.assertGreaterEqual(len(served), BOUND - ERROR_MAX)
            self.assertEqual(self.limited()["refused"] - refused_before, CLIENTS - len(served))
            for client in served:
                client.close()
            self.wait_while_turning(lambda: self.limited()["connections_open"] == 0,
                                    "the places being free again")
        # One after the other there is no error.
        one_by_one = [bool(self.served(self.connect_at_once(1))) for _ in range(BOUND + 2)]
        self.assertEqual(one_by_one, BOUND * [True] + 2 * [False])
        self.assert_both_workers_were_asked()
