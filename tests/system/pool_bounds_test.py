# SPDX-License-Identifier: Apache-2.0
"""A pool that has enough to do: requests wait in turn or are refused with 503, until there is room
again."""

from played_case import HOLDS, NGINX, OK, ORIGIN1, PlayedCase, configuration_of, request


class PoolBoundsTest(PlayedCase):
    origin_names = ("origin1",)

    @staticmethod
    def configuration():
        return configuration_of({
            "connections": ([ORIGIN1], "connections_max = 1; queue_ms = 15000;"),
            "queue": ([ORIGIN1], "connections_max = 1; queue_ms = 300;"),
            "pending": ([ORIGIN1], "connections_max = 1; pending_max = 1; queue_ms = 15000;"),
            "requests": ([ORIGIN1], "requests_max = 2;"),
            "shared": ([ORIGIN1, NGINX], "connections_max = 1;"),
        })

    def setUp(self):
        super().setUp()
        self.origin = self.played[0]

    def begin(self, pool, target, held=1):
        """A request that reaches the origin and is not answered before `self.release()`."""
        self.origin.begin(held * [HOLDS])
        clients = [self.connect() for _ in range(held)]
        for number, client in enumerate(clients, 1):
            client.send(request(pool, target=target))
            self.wait_for_message(self.origin, number)
        return clients

    def release(self):
        for connection in self.origin.connections:
            connection.send(OK)

    def wait_for_pending(self, pool, count):
        self.wait(lambda: self.pool(pool)["pending"] == count, f"{count} requests waiting")

    def assert_refused(self, answer, reason):
        self.assert_answer(answer, 503, reason)
        self.assertEqual(answer.value("retry-after"), "1")

    def test_beyond_its_connections_requests_wait_in_turn(self):
        connects = self.pool("connections")["backends"][0]["connects"]
        clients = self.begin("connections", "/1")
        for number in (2, 3):
            clients.append(self.connect())
            clients[-1].send(request("connections", target=f"/{number}"))
            self.wait_for_pending("connections", number - 1)
        self.release()
        for client in clients:
            self.assert_answer(self.take_answer(client), 200)
        targets = [message.start[1] for message in self.origin.messages_in_order()]
        self.assertEqual(targets, ["/1", "/2", "/3"])
        pool = self.pool("connections")
        self.assertLessEqual(pool["backends"][0]["connects"] - connects, 1)
        self.assertEqual((pool["pending"], pool["requests_open"], pool["refusals"]), (0, 0, 0))

    def test_at_the_bound_an_idle_connection_to_another_origin_serves(self):
        for _ in range(6):
            self.assert_answer(self.ask(request("shared")), 200)
        backends = self.pool("shared")["backends"]
        self.assertEqual(sum(each["connects"] for each in backends), 1)
        self.assertEqual(sum(each["reuses"] for each in backends), 5)

    def test_who_waits_too_long_is_answered_503(self):
        held, = self.begin("queue", "/held")
        before = self.pool("queue")["refusals"]
        self.assert_refused(self.ask(request("queue")), "pool_queue_timeout")
        self.assertEqual(self.pool("queue")["refusals"] - before, 1)
        self.release()
        self.assert_answer(self.take_answer(held), 200)
        self.assert_answer(self.ask(request("queue")), 200)

    def test_who_leaves_while_waiting_leaves_the_queue(self):
        held, = self.begin("connections", "/held")
        leaving = self.connect()
        leaving.send(request("connections", target="/left"))
        self.wait_for_pending("connections", 1)
        leaving.reset()
        self.wait_for_pending("connections", 0)
        self.release()
        self.assert_answer(self.take_answer(held), 200)
        self.assert_answer(self.ask(request("connections", target="/next")), 200)
        targets = [message.start[1] for message in self.origin.messages_in_order()]
        self.assertEqual(targets, ["/held", "/next"])

    def test_beyond_those_that_may_wait_requests_are_refused_at_once(self):
        held, = self.begin("pending", "/held")
        waiting = self.connect()
        waiting.send(request("pending", target="/waiting"))
        self.wait_for_pending("pending", 1)
        refused = self.connect()
        self.assert_refused(self.ask(request("pending"), refused), "pool_pending_limit")
        self.release()
        for client in (held, waiting):
            self.assert_answer(self.take_answer(client), 200)
        # The client that was refused keeps its connection, and is served now.
        self.assert_answer(self.ask(request("pending"), refused), 200)
        self.assertEqual(self.pool("pending")["refusals"], 1)

    def test_beyond_its_requests_they_are_refused_until_one_has_ended(self):
        clients = self.begin("requests", "/held", held=2)
        refused = self.connect()
        for _ in range(3):
            self.assert_refused(self.ask(request("requests"), refused), "pool_requests_limit")
        self.assertEqual(len(self.origin.messages_in_order()), 2)
        self.release()
        for client in clients:
            self.assert_answer(self.take_answer(client), 200)
        self.assert_answer(self.ask(request("requests"), refused), 200)
        pool = self.pool("requests")
        self.assertEqual((pool["refusals"], pool["requests_open"]), (3, 0))

    def test_a_request_whose_client_has_left_makes_room(self):
        clients = self.begin("requests", "/held", held=2)
        clients[0].reset()
        self.wait(lambda: self.pool("requests")["requests_open"] == 1, "the request being dropped")
        self.assert_answer(self.ask(request("requests")), 200)
        self.release()
        self.assert_answer(self.take_answer(clients[1]), 200)
