# SPDX-License-Identifier: Apache-2.0
"""The request line, and what may stand before it (RFC 9112 2.2 and 3)."""

from case import (Case, HOST, answered, arrives, arrives_get, forwarded, forwarded_and_closes, get,
                  lines, refused)

BAD_LINE = refused(400, "request_line_invalid")
BAD_METHOD = refused(400, "method_invalid")
BAD_TARGET = refused(400, "target_invalid")
BAD_VERSION = refused(400, "version_invalid")
OTHER_VERSION = refused(505, "version_not_supported")
BARE_LF = refused(400, "bare_line_feed")
BARE_CR = refused(400, "bare_carriage_return")
EMPTY_LINES = refused(400, "too_many_empty_lines")
OTHER_HOST = refused(400, "host_invalid")
LINE_BYTES_MAX = 16 * 1024


def line(text):
    return lines(text, HOST)


def target(text):
    return line(f"GET {text} HTTP/1.1")


def version(text):
    return line(f"GET / {text}")


def before(junk):
    return junk + get()


LINE_END_CASES = (
    Case("a request line that ends in a bare line feed", "RFC 9112 2.2 permits it; others may not.",
         b"GET / HTTP/1.1\nHost: a.example\r\n\r\n", BARE_LF),
    Case("a head of bare line feeds", "The whole of it.",
         b"GET / HTTP/1.1\nHost: a.example\n\n", BARE_LF),
    Case("a head that ends in a bare line feed", "Some end the head there, some wait.",
         b"GET / HTTP/1.1\r\nHost: a.example\r\n\n", BARE_LF),
    Case("a request line that ends in two carriage returns", "CR CR LF is no line end.",
         b"GET / HTTP/1.1\r\r\nHost: a.example\r\n\r\n", BAD_VERSION),
    Case("a carriage return within the target", "Some end a line there.",
         target("/a\rb"), BAD_TARGET),
    Case("a carriage return within a field", "The same.", get("X: a\rb"), BARE_CR),
    Case("a line feed within a field", "The same.", get("X: a\nb: c"), BARE_LF),
    Case("a carriage return instead of an empty line", "It begins a field line.",
         b"GET / HTTP/1.1\r\nHost: a.example\r\n\rGET / HTTP/1.1\r\n\r\n",
         refused(400, "field_name_invalid")),
)

BEFORE_CASES = (
    Case("an empty line before the request", "RFC 9112 2.2: ignored.",
         before(b"\r\n"), forwarded(arrives_get()),
         strictest=EMPTY_LINES),
    Case("four empty lines before the request", "As many as we take.",
         before(b"\r\n" * 4), forwarded(arrives_get()),
         strictest=EMPTY_LINES),
    Case("five empty lines before the request", "Bounded, like everything.",
         before(b"\r\n" * 5), EMPTY_LINES),
    Case("a bare line feed before the request", "No empty line.", before(b"\n"), BARE_LF),
    Case("a bare carriage return before the request", "Nor is this.", before(b"\r"), BARE_CR),
    Case("a space before the request", "Some would trim it.", before(b" "), BAD_METHOD),
    Case("a NUL before the request", "A C string of no length.", before(b"\0"), BAD_METHOD),
    Case("a byte order mark before the request", "No text file.", before(b"\xef\xbb\xbf"),
         BAD_METHOD),
    Case("the hello of TLS", "Another protocol on a port without it.",
         b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", BAD_METHOD),
    Case("the preface of HTTP 2", "Another protocol that looks like this one.",
         b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", OTHER_VERSION),
    Case("the header of PROXY v1", "Nobody may speak for another without being trusted.",
         before(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 80\r\n"), BAD_VERSION),
)

SPACE_CASES = (
    Case("two spaces before the target", "Some split at white space, some at one space.",
         line("GET  / HTTP/1.1"), BAD_LINE),
    Case("two spaces before the version", "The same.", line("GET /  HTTP/1.1"), BAD_VERSION),
    Case("a space behind the version", "The same.", line("GET / HTTP/1.1 "), BAD_VERSION),
    Case("a tab behind the method", "Not the one space.", line("GET\t/ HTTP/1.1"), BAD_METHOD),
    Case("a tab before the version", "The same.", line("GET /\tHTTP/1.1"), BAD_LINE),
    Case("a vertical tab before the version", "isspace() takes it.",
         line("GET /\x0bHTTP/1.1"), BAD_LINE),
    Case("a space within the target", "Two targets, or two versions.", target("/a b"),
         BAD_VERSION),
    Case("a second version within the target", "Which of the two ends the target?",
         target("/ HTTP/1.1 /x"), BAD_VERSION),
)

METHOD_CASES = (
    Case("a method in lower case", "Methods have case: an extension, and nobody's GET.",
         line("get / HTTP/1.1"), forwarded(arrives("get /", HOST, framing="none"))),
    Case("a method that nobody knows", "An origin may.",
         line("FROBNICATE / HTTP/1.1"), forwarded(arrives("FROBNICATE /", HOST, framing="none"))),
    Case("a method of marks", "All token characters may be in it.",
         line("M-SEARCH!#$%&'*+.^_`|~ / HTTP/1.1"),
         forwarded(arrives("M-SEARCH!#$%&'*+.^_`|~ /", HOST, framing="none"))),
    Case("a method with an at sign", "No token character.", line("G@T / HTTP/1.1"), BAD_METHOD),
    Case("a method with NUL", "A C string ends there.", line("GET\x00X / HTTP/1.1"), BAD_METHOD),
    Case("a method with a colon", "A field line in its place.", line("GET: / HTTP/1.1"),
         BAD_METHOD),
    Case("an empty method", "A line that begins with a space.", line(" / HTTP/1.1"), BAD_METHOD),
    Case("CONNECT with an authority", "A proxy for clients would open a tunnel.",
         line("CONNECT a.example:443 HTTP/1.1"), refused(501, "connect_not_supported")),
    Case("CONNECT with a path", "The same.", line("CONNECT / HTTP/1.1"),
         refused(501, "connect_not_supported")),
)

VERSION_CASES = (
    Case("HTTP 0.9", "A line without a version: everything behind it would be another request.",
         b"GET /\r\n", BAD_LINE),
    Case("HTTP 0.9 and fields", "The same with a head behind.", line("GET /"), BAD_LINE),
    Case("HTTP 0.9 by name", "Well formed, and not spoken.", version("HTTP/0.9"), OTHER_VERSION),
    Case("HTTP 1.0", "It ends with its response.", version("HTTP/1.0"),
         forwarded_and_closes(arrives_get())),
    Case("HTTP 1.0 kept alive", "By the client's wish it does not.",
         lines("GET / HTTP/1.0", HOST, "Connection: keep-alive"), forwarded(arrives_get())),
    Case("HTTP 1.2", "RFC 9110 2.5 would answer as 1.1; what it would mean nobody knows.",
         version("HTTP/1.2"), OTHER_VERSION),
    Case("HTTP 2.0 by name", "Another protocol.", version("HTTP/2.0"), OTHER_VERSION),
    Case("HTTP 1.10", "A version has one digit on each side.", version("HTTP/1.10"), BAD_VERSION),
    Case("HTTP 01.1", "The same.", version("HTTP/01.1"), BAD_VERSION),
    Case("HTTP 1", "The same.", version("HTTP/1"), BAD_VERSION),
    Case("a version in lower case", "It has case.", version("http/1.1"), BAD_VERSION),
    Case("a version with a comma", "No number.", version("HTTP/1,1"), BAD_VERSION),
    Case("a version with a minus", "No number.", version("HTTP/-1.1"), BAD_VERSION),
    Case("a version with NUL behind", "A C string ends there.", version("HTTP/1.1\x00"),
         BAD_VERSION),
    Case("a version of another protocol", "Not ours.", version("RTSP/1.0"), BAD_VERSION),
)

TARGET_CASES = (
    Case("a target without a slash", "Neither path nor URI.", target("index.html"), BAD_TARGET),
    Case("an asterisk for GET", "Only OPTIONS asks about the server.", target("*"), BAD_TARGET),
    Case("an authority for GET", "Only CONNECT names one.", target("a.example:80"), BAD_TARGET),
    Case("a target with NUL", "A C string ends there.", target("/a\x00b"), BAD_TARGET),
    Case("a target with DEL", "No visible character.", target("/a\x7fb"), BAD_TARGET),
    Case("a target with a byte beyond ASCII", "It would be read in somebody's encoding.",
         target("/caf\xe9"), BAD_TARGET),
    Case("a target with a fragment", "It never leaves a client.", target("/a#b"), BAD_TARGET),
    Case("a target of a URI with another host", "RFC 9112 3.2.2: the URI goes before Host.",
         target("http://b.example/x?y"),
         forwarded(arrives("GET /x?y", "Host: b.example", framing="none")),
         strictest=OTHER_HOST),
    Case("a target of a URI without a path", "Its path is the root.", target("HTTP://b.example"),
         forwarded(arrives("GET /", "Host: b.example", framing="none")),
         strictest=OTHER_HOST),
    Case("a target of a URI with a query alone", "Its path is the root.",
         target("http://b.example?x"),
         forwarded(arrives("GET /?x", "Host: b.example", framing="none")),
         strictest=OTHER_HOST),
    Case("a target of a URI with a user", "The host is behind the sign, or before.",
         target("http://a.example@b.example/"), BAD_TARGET),
    Case("a target of a URI with a back slash", "Browsers take it for a slash.",
         target("http://b.example\\@a.example/"), BAD_TARGET),
    Case("a target of a URI without a host", "Whose?", target("http:///x"), BAD_TARGET),
    Case("a target of a URI with an empty label", "A host that is none.",
         target("http://a..example/"), BAD_TARGET),
    Case("a target of a URI with no address in brackets", "The same.", target("http://[:::]/"),
         BAD_TARGET),
    Case("a target of a URI with a bad port", "No port.", target("http://b.example:x/"),
         BAD_TARGET),
    Case("a target of a URI of another scheme", "Not ours to fetch.", target("ftp://b.example/"),
         BAD_TARGET),
    Case("a target of a URI and no host", "HTTP/1.1 wants one all the same.",
         lines("GET http://b.example/ HTTP/1.1"), refused(400, "host_missing")),
    Case("a target of a URI and two hosts", "The URI excuses nothing.",
         lines("GET http://b.example/ HTTP/1.1", HOST, "Host: b.example"),
         refused(400, "host_duplicate")),
    Case("a target that is too long", "Bounded, like everything.",
         target("/" + "a" * LINE_BYTES_MAX), refused(414, "target_too_long")),
    Case("a target that is nearly too long", "As long as may be.",
         target("/" + "a" * (LINE_BYTES_MAX - 64)),
         forwarded(arrives_get(path="/" + "a" * (LINE_BYTES_MAX - 64)))),
    Case("a line without an end", "It is met by the limit of a line, not by patience.",
         b"GET /" + b"a" * LINE_BYTES_MAX, refused(414, "target_too_long")),
    Case("a method without an end", "The same.",
         b"A" * LINE_BYTES_MAX, refused(414, "target_too_long")),
    Case("a target for which no origin is asked", "A rule's own answer leaves the connection.",
         lines("GET /x HTTP/1.1", "Host: fixed.example"), answered(200, "rule_respond")),
)

CASES = (*LINE_END_CASES, *BEFORE_CASES, *SPACE_CASES, *METHOD_CASES, *VERSION_CASES,
         *TARGET_CASES)
