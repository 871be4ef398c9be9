# SPDX-License-Identifier: Apache-2.0
"""What requests and responses are given on their way, and which field names and slashes are taken:
each value of an option against what a real nginx received, and what the client got."""

import re

from own_nginx import start_nginx
from played_case import TEMPLATE, PlayedCase

PORT = 8097
HOST = "shop.example"
CLIENT = "10.80.1.2"  # trusted where a test says so
UNDERSCORE = "field_name_underscore"
FIELDS = "X_Tenant: blue\r\nX-Tenant: green\r\nX-Trace_Id: 7\r\n"
FORWARDED = "for=203.0.113.7;proto=https"
CLAIM = f"Forwarded: {FORWARDED}\r\n"
OURS = f"for={CLIENT};proto=http;host={HOST}"
VIA = "Via: 1.1 outside\r\n"
ID = "X-Request-ID: of-client\r\n"
TRUSTING = f'trusted_proxies = ["{CLIENT}/32"];'
REQUEST_ID = re.compile(r"[0-9a-f]{32}\Z")
SERVER = f"""
  server {{
    listen 10.80.2.11:{PORT};
    default_type text/plain;
    merge_slashes off;
    location / {{ echo "$uri $request_uri"; echo -n "$echo_client_request_headers"; }}
    location /named {{
      add_header X-Request-ID of-nginx;
      add_header Via "1.1 inside";
      return 204;
    }}
  }}
"""
RULES = """
  { path_prefix = "/private/"; respond = { status = 403; }; },
  { path_prefix = "/nowhere"; respond = { status = 404; }; },
  { forward = "all"; }
"""


class ForwardingOptionsTest(PlayedCase):
    """Each test says by a reload what it is about."""

    origin_names = ()

    @staticmethod
    def configuration(http="", forwarding=""):
        backend = f'backends = ( {{ address = "10.80.2.11:{PORT}"; }} );'
        return TEMPLATE.format(listeners="", pools=f'{{ name = "all"; {backend} }}', rules=RULES,
                               more=f"http = {{ {http} }};\nforwarding = {{ {forwarding} }};")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        start_nginx(cls, "origin1", "options", (PORT,), SERVER)

    def use(self, **groups):
        self.daemon.write(self.configuration(**groups))
        self.daemon.tool("reload")

    def get(self, target="/", fields="", host=HOST, version="1.1"):
        return self.ask(f"GET {target} HTTP/{version}\r\nHost: {host}\r\n{fields}\r\n".encode())

    def seen(self, *words, **named):
        """The answer, how nginx understood the target, and the fields that it was sent."""
        answer = self.get(*words, **named)
        self.assert_answer(answer, 200)
        target, *lines = answer.body.decode("latin-1").splitlines()
        return answer, target, [line.split(": ", 1) for line in lines if ": " in line]

    def values_seen(self, name, *words, **named):
        return [value for each, value in self.seen(*words, **named)[2] if each == name]

    def values_answered(self, name, *words, **named):
        return self.get(*words, **named).values(name)

    def underscores_counted(self):
        return self.counters()["deviations"].get(UNDERSCORE, 0)

    def requests_at_nginx(self):
        return self.pool("all")["backends"][0]["requests"]

    def fields_of_tenants(self):
        return [(name, value) for name, value in self.seen("/", FIELDS)[2]
                if name.lower().startswith(("x_t", "x-t"))]

    def test_names_with_an_underscore_are_dropped_by_default(self):
        for http in ("", 'underscores = "drop";'):
            self.use(http=http)
            before = self.underscores_counted()
            self.assertEqual(self.fields_of_tenants(), [("X-Tenant", "green")])
            self.assertEqual(self.underscores_counted() - before, 1)

    def test_names_with_an_underscore_go_through(self):
        self.use(http='underscores = "forward";')
        before = self.underscores_counted()
        self.assertEqual(self.fields_of_tenants(), [("X_Tenant", "blue"), ("X-Tenant", "green"),
                                                    ("X-Trace_Id", "7")])
        self.assertEqual(self.underscores_counted() - before, 1)

    def test_names_with_an_underscore_are_refused(self):
        self.use(http='underscores = "refuse";')
        before = (self.underscores_counted(), self.requests_at_nginx(),
                  self.counters()["replies"].get(UNDERSCORE, 0))
        self.assert_answer(self.get("/", FIELDS), 400, UNDERSCORE)
        self.assertEqual((self.underscores_counted(), self.requests_at_nginx(),
                          self.counters()["replies"][UNDERSCORE]),
                         (before[0], before[1], before[2] + 1))
        self.assertEqual(self.values_seen("X-Tenant", "/", "X-Tenant: green_1\r\n"), ["green_1"])

    def target_seen(self, target):
        return self.seen(target)[1]

    def test_they_are_merged_by_default(self):
        for http in ("", 'duplicate_slashes = "merge";'):
            self.use(http=http)
            self.assertEqual(self.target_seen("//a///b//?c=//"), "/a/b/ /a/b/?c=//")
            self.assert_answer(self.get("//private//"), 403, "rule_respond")

    def test_they_are_kept(self):
        self.use(http='duplicate_slashes = "keep";')
        self.assertEqual(self.target_seen("//a///b//?c=//"), "//a///b// //a///b//?c=//")
        self.assertEqual(self.target_seen("/a//../b"), "/a/b /a/b")
        self.assertEqual(self.target_seen("/a//%2e/%62//"), "/a//b// /a//b//")
        self.assert_answer(self.get("/private//"), 403, "rule_respond")

    def test_to_a_rule_a_slash_that_is_kept_is_a_part_of_the_path(self):
        self.use(http='duplicate_slashes = "keep";')
        self.assertEqual(self.target_seen("//private/"), "//private/ //private/")

    def test_they_are_merged_for_rules_and_sent_as_received(self):
        self.use(http='path = "received";')
        self.assertEqual(self.target_seen("//a///%62//"), "//a///b// //a///%62//")
        self.assert_answer(self.get("//private//"), 403, "rule_respond")

    def test_there_is_none_by_default_and_no_stranger_s(self):
        for forwarding in ("", 'forwarded = "omit";'):
            self.use(forwarding=forwarding)
            self.assertEqual(self.values_seen("Forwarded"), [])
            self.assertEqual(self.values_seen("Forwarded", "/", CLAIM), [])

    def test_a_trusted_proxy_s_is_kept(self):
        self.use(forwarding=TRUSTING)
        self.assertEqual(self.values_seen("Forwarded", "/", CLAIM), [FORWARDED])

    def test_ours_stands_behind_what_came(self):
        for trust in ("", TRUSTING):
            self.use(forwarding=f'forwarded = "append"; {trust}')
            self.assertEqual(self.values_seen("Forwarded"), [OURS])
            self.assertEqual(self.values_seen("Forwarded", "/", CLAIM),
                             [FORWARDED, OURS])

    def test_a_host_with_a_port_is_quoted(self):
        self.use(forwarding='forwarded = "append";')
        self.assertEqual(self.values_seen("Forwarded", host=f"{HOST}:80"),
                         [f'for={CLIENT};proto=http;host="{HOST}:80"'])

    def test_it_goes_together_with_x_forwarded_removed(self):
        self.use(forwarding='forwarded = "append"; x_forwarded = "remove";')
        fields = [field for field in self.seen("/", "X-Forwarded-For: 203.0.113.7\r\n")[2]
                  if "forwarded" in field[0].lower()]
        self.assertEqual(fields, [["Forwarded", OURS]])

    def test_we_are_not_named_by_default(self):
        for forwarding in ("", 'via = "omit";', 'via_name = "edge-1";'):
            self.use(forwarding=forwarding)
            self.assertEqual(self.values_seen("Via"), [])
            self.assertEqual(self.values_seen("Via", "/", VIA), ["1.1 outside"])
            self.assertEqual(self.values_answered("via"), [])
            self.assertEqual(self.values_answered("via", "/named"), ["1.1 inside"])

    def test_both_sides_are_told_of_us_behind_what_came(self):
        for setting, name in (("", "penstock"), ('via_name = "edge-1.Example";', "edge-1.Example")):
            self.use(forwarding=f'via = "append"; {setting}')
            self.assertEqual(self.values_seen("Via"), [f"1.1 {name}"])
            self.assertEqual(self.values_seen("Via", "/", VIA), ["1.1 outside", f"1.1 {name}"])
            self.assertEqual(self.values_answered("via"), [f"1.1 {name}"])
            self.assertEqual(self.values_answered("via", "/named"), ["1.1 inside", f"1.1 {name}"])

    def test_it_tells_the_version_that_was_received(self):
        self.use(forwarding='via = "append";')
        self.assertEqual(self.values_seen("Via", version="1.0"), ["1.0 penstock"])

    def test_curl_sees_it(self):
        self.use(forwarding='via = "append"; via_name = "edge-2";')
        response = self.client.request(f"http://{HOST}/")
        self.assertEqual((response.status, response.headers["via"]), (200, "1.1 edge-2"))
        self.assertIn(b"Via: 1.1 edge-2\r\n", response.body)

    def ids(self, fields=""):
        """What nginx was sent, and what the client got."""
        answer, _, seen = self.seen("/", fields)
        return ([value for name, value in seen if name.lower() == "x-request-id"],
                answer.values("x-request-id"))

    def assert_made(self, ids):
        sent, answered = ids
        self.assertEqual(len(sent), 1, ids)
        self.assertEqual(sent, answered)
        self.assertRegex(sent[0], REQUEST_ID)
        return sent[0]

    def test_there_is_none_by_default_and_others_pass(self):
        for forwarding in ("", 'request_id = "omit";'):
            self.use(forwarding=forwarding)
            self.assertEqual(self.ids(), ([], []))
            self.assertEqual(self.ids(ID), (["of-client"], []))
            self.assertEqual(self.values_answered("x-request-id", "/named"), ["of-nginx"])
            self.assertEqual(self.values_answered("x-request-id", "/nowhere"), [])

    def test_each_request_has_one_of_its_own(self):
        self.use(forwarding='request_id = "add";')
        self.assertEqual(len({self.assert_made(self.ids()) for _ in range(5)}), 5)

    def test_a_stranger_s_is_replaced(self):
        self.use(forwarding='request_id = "add";')
        self.assert_made(self.ids(ID))
        self.assert_made(self.ids(2 * ID))

    def test_a_trusted_proxy_s_is_kept_if_it_is_one(self):
        self.use(forwarding=f'request_id = "add"; {TRUSTING}')
        self.assertEqual(self.ids(ID), (["of-client"], ["of-client"]))
        self.assert_made(self.ids())
        for unfit in ("two words", 'quo"ted', "x" * 129):
            self.assert_made(self.ids(f"X-Request-ID: {unfit}\r\n"))

    def test_the_client_gets_ours_in_place_of_the_backend_s(self):
        self.use(forwarding='request_id = "add";')
        value, = self.values_answered("x-request-id", "/named")
        self.assertRegex(value, REQUEST_ID)

    def test_our_own_replies_have_one(self):
        self.use(forwarding='request_id = "add";')
        value, = self.values_answered("x-request-id", "/nowhere")
        self.assertRegex(value, REQUEST_ID)
