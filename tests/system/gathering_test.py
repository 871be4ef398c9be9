# SPDX-License-Identifier: Apache-2.0
"""Bodies that are gathered by choice: a slow upload occupies no origin, and a response that breaks
off has not begun for its client."""

from played_case import HOLDS, ORIGIN1, ORIGIN2, Answer, PlayedCase, configuration_of, request

GATHERED_BYTES = 65536
BODY = bytes(range(256)) * 40
LONG_BODY = bytes(range(256)) * 4 * 256
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
BROKEN_OFF = Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789", ends="closes")
BROKEN_CHUNKS = Answer(b"HTTP/1.1 200 OK\r\n" + CHUNKED + b"a\r\n0123456789\r\n", ends="closes")
RESET_IN_BODY = Answer(BROKEN_OFF.data, ends="resets")


def chunks_of(data, size):
    pieces = [data[at:at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


class GatheringTest(PlayedCase):
    @staticmethod
    def configuration():
        gathers = (f"request_buffer_bytes = {GATHERED_BYTES};"
                   f" response_buffer_bytes = {GATHERED_BYTES};")
        return configuration_of({
            "gathering": ([ORIGIN1], gathers),
            "streaming": ([ORIGIN1], ""),
            "gathering-both": ([ORIGIN1, ORIGIN2], gathers),
        })

    def setUp(self):
        super().setUp()
        self.origin = self.played[0]

    def begin_upload(self, pool, text):
        """Sends a part of a request and returns when it has been dealt with."""
        client = self.connect()
        client.send(text)
        self.wait(lambda: self.daemon.status()["counters"]["exchanges_open"] == 1,
                  "the upload having begun")
        self.assert_answer(self.ask(request("streaming", target="/meanwhile")), 200)
        return client

    def other_messages(self):
        return [message for message in self.origin.messages_in_order()
                if message.start[1] != "/meanwhile"]

    def assert_body_came(self, client, body):
        self.assert_answer(self.take_answer(client), 200)
        self.assertEqual([message.body for message in self.other_messages()], [body])

    def test_an_origin_hears_of_a_gathered_upload_when_it_is_whole(self):
        before = self.pool("gathering")["backends"][0]["requests"]
        text = request("gathering", "POST", body=BODY)
        client = self.begin_upload("gathering", text[:-5000])
        self.assertEqual((self.other_messages(), self.origin.begun()), ([], []))
        backend = self.pool("gathering")["backends"][0]
        self.assertEqual((backend["requests"] - before, backend["exchanges_open"]), (0, 0))
        client.send(text[-5000:])
        self.assert_body_came(client, BODY)

    def test_an_origin_hears_of_a_chunked_upload_when_it_is_whole(self):
        head = request("gathering", "POST", fields="Transfer-Encoding: chunked\r\n")
        client = self.begin_upload("gathering", head + chunks_of(BODY, 1000)[:-5])
        self.assertEqual((self.other_messages(), self.origin.begun()), ([], []))
        client.send(b"0\r\n\r\n")
        self.assert_body_came(client, BODY)

    def test_without_gathering_an_origin_hears_of_it_at_once(self):
        text = request("streaming", "POST", body=BODY)
        client = self.begin_upload("streaming", text[:-5000])
        self.wait(self.origin.begun, "the beginning at the origin")
        client.send(text[-5000:])
        self.assert_body_came(client, BODY)

    def test_an_upload_that_is_given_up_never_reaches_an_origin(self):
        client = self.begin_upload("gathering", request("gathering", "POST", body=BODY)[:-5000])
        client.finish()
        self.assertIsNone(self.take_answer(client))
        self.assertEqual((self.other_messages(), self.origin.begun()), ([], []))

    def test_an_upload_longer_than_what_is_gathered_goes_on_from_there(self):
        client = self.connect()
        client.send(request("gathering", "POST", body=LONG_BODY))
        self.assert_body_came(client, LONG_BODY)

    def test_who_waits_for_100_continue_gets_it_from_penstock(self):
        text = request("gathering", "POST", fields="Expect: 100-continue\r\n", body=BODY)
        client = self.begin_upload("gathering", text[:-len(BODY)])
        self.assertEqual(self.take_answer(client).start[0], "100")
        self.assertEqual(self.origin.begun(), [])
        client.send(BODY)
        self.assert_body_came(client, BODY)

    def test_a_gathered_response_that_breaks_off_is_asked_of_another(self):
        for broken in (BROKEN_OFF, BROKEN_CHUNKS, RESET_IN_BODY):
            first, second = self.played
            first.begin([broken])
            second.begin()
            for _ in range(2):
                answer = self.ask(request("gathering-both"))
                self.assert_answer(answer, 200)
                self.assertEqual(answer.body, b"ok")
            self.assertIsNot(first.peek_answer(), broken)
            asked = [len(origin.messages_in_order()) for origin in self.played]
            self.assertEqual(sum(asked), 3)

    def test_where_there_is_no_other_it_is_answered_502(self):
        before = self.counters()["upstream_truncated"]
        for broken in (BROKEN_OFF, BROKEN_CHUNKS):
            self.origin.begin([broken])
            self.assert_answer(self.ask(request("gathering")), 502, "truncated_response")
        self.assertEqual(self.counters()["upstream_truncated"] - before, 2)

    def test_without_gathering_it_ends_in_a_closed_connection(self):
        for broken, received in ((BROKEN_OFF, b"0123456789"), (BROKEN_CHUNKS, b"0123456789")):
            self.origin.begin([broken])
            client = self.connect()
            client.send(request("streaming"))
            self.assertIsNone(self.take_answer(client))
            self.assertEqual(client.ended, "closed")
            self.assertIn(received, client.received)
            self.assertNotIn(b"\r\n0\r\n\r\n", client.received)

    def test_a_slow_gathered_response_reaches_the_client_whole(self):
        self.origin.begin([HOLDS])
        client = self.connect()
        client.send(request("gathering"))
        self.wait_for_message(self.origin)
        text = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
        self.origin.answered_by.send(text[:-5000])
        self.assert_answer(self.ask(request("streaming", target="/meanwhile")), 200)
        self.assertEqual(client.received, b"")
        self.origin.answered_by.send(text[-5000:])
        self.assertEqual(self.take_answer(client).body, BODY)

    def test_a_response_longer_than_what_is_gathered_goes_on_from_there(self):
        self.origin.begin([HOLDS])
        client = self.connect()
        client.send(request("gathering"))
        self.wait_for_message(self.origin)
        text = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(LONG_BODY) + LONG_BODY
        self.origin.answered_by.send(text[:2 * GATHERED_BYTES])
        self.wait(lambda: len(client.received) > GATHERED_BYTES, "what was gathered")
        self.origin.answered_by.send(text[2 * GATHERED_BYTES:])
        self.assertEqual(self.take_answer(client).body, LONG_BODY)
