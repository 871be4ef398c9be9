# SPDX-License-Identifier: Apache-2.0
"""Paths: rules and origins see one form of each, whatever a client wrote (RFC 3986 6.2.2)."""

from case import HOST, Case, alone, arrives_get, forwarded, get, lines, refused

ABOVE = refused(400, "path_above_root")
NUL = refused(400, "path_nul_byte")
SLASH = refused(400, "path_slash_encoded")
BAD_ESCAPE = refused(400, "path_escape_invalid")
HIDDEN = refused(400, "path_hides_dots")
BEYOND = refused(400, "target_invalid")


def path(text):
    return get(path=text)


def arrives_path(text):
    return forwarded(arrives_get(path=text))


def alone_path(text):
    return alone(f"GET {text}", HOST, framing="none")


NORMAL_CASES = (
    Case("a dot segment", "The origin would resolve it; so do we, before the rules.",
         path("/a/../b"), arrives_path("/b")),
    Case("a dot segment in percent codes", "The same, once decoded.",
         path("/a/%2e%2E/b"), arrives_path("/b")),
    Case("an encoded letter", "It means the same without.", path("/%61"), arrives_path("/a")),
    Case("an encoded percent sign", "Decoded once, and not what comes of it.",
         path("/%2561"), arrives_path("/%2561")),
    Case("an encoded slash", "A slash to one origin and none to another.",
         path("/a%2fb"), SLASH),
    Case("an encoded back slash", "The same.", path("/a%5Cb"), SLASH),
    Case("two slashes", "One for many an origin.", path("//b.example//a"),
         arrives_path("/b.example/a")),
    Case("dots in a query", "A query is no path.",
         path("/?a=/../%2e"), arrives_path("/?a=/../%2e")),
    Case("a path above the root", "Nothing is there.", path("/../a"), ABOVE),
    Case("a path above the root in percent codes", "The same.", path("/a/%2e%2e/%2e%2e/b"), ABOVE),
    Case("an encoded NUL", "A C string ends there.", path("/a%00.png"), NUL),
    Case("an encoded line end", "It stays encoded: no field begins behind it.",
         path("/a%0d%0aX:%20b"), arrives_path("/a%0D%0AX:%20b")),
    Case("dot segments in a target of a URI", "The same path in another form.",
         lines("GET http://a.example/a/../b HTTP/1.1", HOST), arrives_path("/b")),
)

SUSPECT_CASES = (
    Case("half a percent code", "Some decode what others made of it.",
         path("/a%2"), BAD_ESCAPE, monitor=alone_path("/a%2")),
    Case("a percent code of no digits", "The same.",
         path("/%zz"), BAD_ESCAPE, monitor=alone_path("/%zz")),
    Case("dots before a semicolon", "A dot segment for servlets.",
         path("/a/..;/b"), HIDDEN, monitor=alone_path("/a/..;/b")),
    Case("dots before an encoded slash", "A dot segment for who decodes slashes.",
         path("/a/..%2Fb"), SLASH),
    Case("dots before a back slash", "A dot segment for Windows.", path("/a/..\\b"), SLASH),
    Case("a back slash", "Browsers and node take it for a slash.", path("/a\\b"), SLASH),
    Case("quotes and braces", "Beyond the grammar, and what clients send.",
         path('/a"{b}|'), arrives_path('/a"{b}|'), strictest=BEYOND),
)

CASES = (*NORMAL_CASES, *SUSPECT_CASES)
