# SPDX-License-Identifier: Apache-2.0
"""Field lines and Host (RFC 9112 5 and 3.2), and what belongs to one hop (RFC 9110 7.6.1)."""

from case import (Case, HOST, arrives, arrives_get, arrives_post, forwarded, forwarded_and_closes,
                  get, lines, post, refused)

BAD_NAME = refused(400, "field_name_invalid")
BAD_VALUE = refused(400, "field_value_invalid")
FOLDED = refused(400, "field_folded")
BAD_HOST = refused(400, "host_invalid")
FIELD_BYTES_MAX, HEAD_BYTES_MAX, FIELDS_MAX = 16 * 1024, 64 * 1024, 128
FORWARDED_FOR = ("X-Forwarded-Proto: http", "X-Forwarded-Port: 80")


def host(value):
    return lines("GET / HTTP/1.1", f"Host:{value}")


def arrives_host(value):
    return arrives("GET /", f"Host:{value}", framing="none")


NAME_CASES = (
    Case("a line without a colon", "No field.", get("Nonsense"), BAD_NAME),
    Case("a field without a name", "No token.", get(": x"), BAD_NAME),
    Case("a name with a space", "No token.", get("X Y: z"), BAD_NAME),
    Case("a name with a parenthesis", "No token.", get("X(Y): z"), BAD_NAME),
    Case("a name with a control character", "No token.", get("X\x01Y: z"), BAD_NAME),
    Case("a name with a byte beyond ASCII", "No token.", get("X\xe9: z"), BAD_NAME),
    Case("a name with a carriage return", "Some end a line there.", get("X\rY: z"), BAD_NAME),
    Case("a name of marks", "Every token character may be in one.",
         get("!#$%&'*+.^`|~9: z"), forwarded(arrives_get("!#$%&'*+.^`|~9: z"))),
    Case("a folded line", "Obsolete, and read in two ways.", get("X: a", " b"), FOLDED),
    Case("a line folded with a tab", "The same.", get("X: a", "\tb"), FOLDED),
    Case("a line of white space", "The same, of nothing.", get("X: a", " "), FOLDED),
    Case("a folded line before the first field", "It continues the request line.",
         lines("GET / HTTP/1.1", " X: y", HOST), FOLDED),
    Case("a folded line behind Host", "Who unfolds it sees another host.",
         lines("GET / HTTP/1.1", "Host: a.example", " b.example"), FOLDED),
)

VALUE_CASES = (
    Case("a value with NUL", "RFC 9110 5.5: refused or replaced; replaced is a repair.",
         get("X: a\x00b"), BAD_VALUE),
    Case("a value with an escape", "A control character.", get("X: \x1b[31m"), BAD_VALUE),
    Case("a value with DEL", "A control character.", get("X: a\x7f"), BAD_VALUE),
    Case("a value with a vertical tab", "A control character.", get("X: a\x0bb"), BAD_VALUE),
    Case("a value with a tab", "White space within a value.", get("X: a\tb"),
         forwarded(arrives_get("X: a\tb"))),
    Case("a value with bytes beyond ASCII", "obs-text: opaque, and kept.",
         get("X: \xe9\xff"), forwarded(arrives_get("X: \xe9\xff"))),
    Case("an empty value", "Legal.", get("X:"), forwarded(arrives_get("X:"))),
    Case("a value without a space before", "Legal, and kept as it is.", get("X:a"),
         forwarded(arrives_get("X:a"))),
    Case("a value with colons", "The first one ends the name.", get("X: a: b:"),
         forwarded(arrives_get("X: a: b:"))),
)

SIZE_CASES = (
    Case("a field that is too long", "Bounded, like everything.",
         get("X: " + "a" * FIELD_BYTES_MAX), refused(431, "field_too_long")),
    Case("a name that is too long", "The same.", get("X" * FIELD_BYTES_MAX + ": a"),
         refused(431, "field_too_long")),
    Case("a field without an end", "It is met by the limit of a head, not by patience.",
         get("X: " + "a" * HEAD_BYTES_MAX)[:-4], refused(431, "head_too_large")),
    Case("a head that is too large", "Of fields that are not.",
         get(*["X: " + "a" * 16000] * 5), refused(431, "head_too_large")),
    Case("too many fields", "Of a head that is small.",
         get(*["X: a"] * FIELDS_MAX), refused(431, "too_many_fields")),
    Case("as many fields as may be", "And not one fewer.",
         get(*["X: a"] * (FIELDS_MAX - 1)), forwarded(arrives_get(*["X: a"] * (FIELDS_MAX - 1)))),
)

HOST_CASES = (
    Case("no host", "Whose?", lines("GET / HTTP/1.1"), refused(400, "host_missing")),
    Case("no host in HTTP 1.0", "It need not name one; HTTP/1.1 must, if empty.",
         lines("GET / HTTP/1.0"),
         forwarded_and_closes(arrives("GET /", "Host: ", framing="none"))),
    Case("two hosts", "First or last may win.", get("Host: b.example"),
         refused(400, "host_duplicate")),
    Case("two equal hosts", "RFC 9112 3.2: refused all the same.", get(HOST),
         refused(400, "host_duplicate")),
    Case("two hosts in odd case", "Names have no case.", get("hOST: b.example"),
         refused(400, "host_duplicate")),
    Case("a second host behind a space", "Folded into the field before.", get(" Host: b.example"),
         FOLDED),
    Case("a host with a space before the colon", "Some trim the name.",
         lines("GET / HTTP/1.1", "Host : a.example"), BAD_NAME),
    Case("an empty host", "Whose?", host(""), BAD_HOST),
    Case("a host of white space", "Whose?", host(" \t "), BAD_HOST),
    Case("a host behind a tab", "White space like any other.", host("\ta.example"),
         forwarded(arrives_host("\ta.example"))),
    Case("a host with a space", "Which of the two?", host(" a.example b.example"), BAD_HOST),
    Case("a host with a comma", "A list of them.", host(" a.example, b.example"), BAD_HOST),
    Case("a host with a slash", "A path within.", host(" a.example/b"), BAD_HOST),
    Case("a host with a query", "A query within.", host(" a.example?b"), BAD_HOST),
    Case("a host with a user", "The host is behind the sign, or before.",
         host(" a.example@b.example"), BAD_HOST),
    Case("a host that is a URI", "No authority.", host(" http://a.example"), BAD_HOST),
    Case("a host with a percent code", "Some decode it, some do not.", host(" a%2eexample"),
         BAD_HOST),
    Case("a host beyond ASCII", "Some would convert it.", host(" \xe9.example"), BAD_HOST),
    Case("a host with NUL", "A C string ends there.", host(" a.example\x00.b.example"), BAD_VALUE),
    Case("a host with a port", "Kept for the origin.", host(" a.example:80"),
         forwarded(arrives_host(" a.example:80"))),
    Case("a host with a port of letters", "No port.", host(" a.example:b"), BAD_HOST),
    Case("a host with a port of six digits", "No port.", host(" a.example:123456"), BAD_HOST),
    Case("a host with two ports", "The last colon, or the first?", host(" a.example:80:81"),
         BAD_HOST),
    Case("a host without a name", "A port of nobody.", host(" :80"), BAD_HOST),
    Case("a host in capitals", "Hosts have no case; it is kept.", host(" A.EXAMPLE"),
         forwarded(arrives_host(" A.EXAMPLE"))),
    Case("a host that is an IPv6 address", "In brackets.", host(" [2001:db8::1]:80"),
         forwarded(arrives_host(" [2001:db8::1]:80"))),
    Case("a host in an open bracket", "Where does it end?", host(" [2001:db8::1"), BAD_HOST),
    Case("a host that is an IPv6 address without brackets", "Which colon begins the port?",
         host(" 2001:db8::1"), BAD_HOST),
    Case("a host behind a bracket", "Two of them.", host(" [::1]b.example"), BAD_HOST),
)

HOP_CASES = (
    Case("a connection that ends", "The client's wish; the origin's connection goes on.",
         get("Connection: close"), forwarded_and_closes(arrives_get())),
    Case("a connection that ends and goes on", "The end is the safer reading.",
         get("Connection: keep-alive, close"), forwarded_and_closes(arrives_get())),
    Case("a field nominated by Connection", "It is for this hop alone.",
         get("Connection: X-Hop", "X-Hop: 1", "X-Kept: 2"),
         forwarded(arrives_get("X-Kept: 2"))),
    Case("Host nominated by Connection", "No client may strip what the origin relies on.",
         get("Connection: Host"), forwarded(arrives_get())),
    Case("Content-Length nominated by Connection", "A body without a length would be a request.",
         post("Connection: Content-Length", "Content-Length: 5", body="hello"),
         forwarded(arrives_post(body="hello"))),
    Case("Transfer-Encoding nominated by Connection", "The same.",
         post("Connection: Transfer-Encoding", "Transfer-Encoding: chunked",
              body="5\r\nhello\r\n0\r\n\r\n"),
         forwarded(arrives_post(body="hello", framing="chunked"))),
    Case("Cookie nominated by Connection", "A request would lose who it is from.",
         get("Connection: Cookie", "Cookie: a=b"), forwarded(arrives_get("Cookie: a=b"))),
    Case("Authorization nominated by Connection", "The same.",
         get("Connection: Authorization", "Authorization: Basic eDp5"),
         forwarded(arrives_get("Authorization: Basic eDp5"))),
    Case("X-Forwarded-For nominated by Connection", "The origin must see the client.",
         get("Connection: X-Forwarded-For, close"), forwarded_and_closes(arrives_get())),
    Case("X-Forwarded-For of the client", "What it says is kept before what we see.",
         get("X-Forwarded-For: 192.0.2.1"),
         forwarded(arrives("GET /", HOST, framing="none",
                           added=("X-Forwarded-For: 192.0.2.1, 10.80.1.2", *FORWARDED_FOR)))),
    Case("X-Forwarded-Proto of the client", "What we know goes before what it says.",
         get("X-Forwarded-Proto: https", "X-Forwarded-Port: 443"), forwarded(arrives_get())),
    Case("fields of one hop", "They are for us and end here.",
         get("Keep-Alive: timeout=5", "Proxy-Connection: keep-alive", "TE: trailers",
             "Trailer: X-Sum"), forwarded(arrives_get())),
    Case("an upgrade to HTTP 2", "Behind it nobody would see what is asked.",
         get("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQ"),
         forwarded(arrives_get())),
    Case("an upgrade that the origin does not take", "What follows is a request, judged like any.",
         get("Connection: Upgrade", "Upgrade: websocket") + get(path="/2"),
         forwarded(arrives("GET /", HOST, "Upgrade: websocket", framing="none",
                           connection="Upgrade"), arrives_get(path="/2"))),
    Case("an upgrade to HTTP 2 beside another", "The origin could choose it.",
         get("Connection: Upgrade", "Upgrade: websocket, h2c"), forwarded(arrives_get())),
    Case("an upgrade to HTTP 2 in a second field", "The same.",
         get("Connection: Upgrade", "Upgrade: websocket", "Upgrade: h2c"),
         forwarded(arrives_get())),
    Case("an upgrade to TLS", "Behind it nobody would see what is asked.",
         get("Connection: Upgrade", "Upgrade: TLS/1.0"), forwarded(arrives_get())),
    Case("an upgrade that Connection does not name", "It is no offer (RFC 9110 7.8).",
         get("Upgrade: websocket"), forwarded(arrives_get())),
    Case("an upgrade with a body", "Where would the other protocol begin?",
         post("Connection: Upgrade", "Upgrade: websocket", "Content-Length: 5", body="hello"),
         forwarded(arrives_post(body="hello"))),
    Case("an upgrade in HTTP 1.0", "It knows none.",
         lines("GET / HTTP/1.0", HOST, "Connection: Upgrade", "Upgrade: websocket"),
         forwarded_and_closes(arrives_get())),
    Case("Expect with a body that does not wait", "The field goes on, and so does the body.",
         post("Expect: 100-continue", "Content-Length: 5", body="hello"),
         forwarded(arrives("POST /", HOST, "Expect: 100-continue", body="hello"))),
    Case("Expect without a body", "There is nothing to wait for.",
         get("Expect: 100-continue"), forwarded(arrives_get("Expect: 100-continue"))),
    Case("Expect of something else", "RFC 9110 10.1.1: the origin's to refuse.",
         get("Expect: 200-ok"), forwarded(arrives_get("Expect: 200-ok"))),
)

CASES = (*NAME_CASES, *VALUE_CASES, *SIZE_CASES, *HOST_CASES, *HOP_CASES)
