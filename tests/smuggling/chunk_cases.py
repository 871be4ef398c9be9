# SPDX-License-Identifier: Apache-2.0
"""Chunked bodies (RFC 9112 7.1), and requests that follow each other on one connection."""

from case import (Case, HOST, SMUGGLED, Outcome, abandoned, arrives, arrives_get, arrives_post,
                  broken_off, chunked, forwarded, forwarded_and_closes, get, lines, post, refused)

BAD_SIZE = broken_off(400, "chunk_size_invalid")
HUGE_SIZE = broken_off(400, "chunk_size_too_large")
BARE_LF = broken_off(400, "bare_line_feed")
BARE_CR = broken_off(400, "bare_carriage_return")
BAD_END = broken_off(400, "chunk_end_invalid")
BAD_TRAILER = broken_off(400, "trailer_invalid")
HELLO = forwarded(arrives_post(body="hello", framing="chunked"))
LAST = "0\r\n\r\n"


def size(text):
    """A chunk of five bytes whose size is written so."""
    return chunked(f"{text}\r\nhello\r\n{LAST}")


def trailer(*fields):
    return chunked("5\r\nhello\r\n0\r\n" + "".join(f"{field}\r\n" for field in fields) + "\r\n")


SIZE_CASES = (
    Case("a size", "The usual chunk.", size("5"), HELLO),
    Case("a size in capitals", "Hexadecimal has no case.",
         chunked(f"A\r\n0123456789\r\n{LAST}"),
         forwarded(arrives_post(body="0123456789", framing="chunked"))),
    Case("a size with leading zeros", "What leaves is written anew.", size("0" * 16 + "5"), HELLO),
    Case("a size of a thousand zeros", "Bounded, like everything.", size("0" * 1000 + "5"),
         broken_off(400, "chunk_line_too_long")),
    Case("a size with a space behind", "Some end it there, some refuse.", size("5 "), BAD_SIZE),
    Case("a size with a space before", "strtol() skips it.", size(" 5"), BAD_SIZE),
    Case("a size with 0x before", "Base 0 of strtol().", size("0x5"), BAD_SIZE),
    Case("a size with a plus", "strtol() takes it.", size("+5"), BAD_SIZE),
    Case("a negative size", "And so it does this.", size("-1"), BAD_SIZE),
    Case("an empty size", "Zero for atoi().", size(""), BAD_SIZE),
    Case("a size of no digit", "The same.", size("g"), BAD_SIZE),
    Case("a size with a letter behind", "It ends at what is no digit.", size("5g"), BAD_SIZE),
    Case("a size with an underscore", "int() of Python takes it.", size("0_5"), BAD_SIZE),
    Case("a size with NUL behind", "A C string ends there.", size("5\x00"), BAD_SIZE),
    Case("a size of 2^63", "The first that a signed number cannot hold.",
         size("8000000000000000"), HUGE_SIZE),
    Case("a size of 2^64 less one", "Minus one for somebody.", size("ffffffffffffffff"),
         HUGE_SIZE),
    Case("a size of 2^64 and 5", "Five in 64 bits.", size("10000000000000005"), HUGE_SIZE),
    Case("a size of 2^32 and 5", "Five in 32 bits: the data is awaited, not cut off.",
         size("100000005"), abandoned(), finishes=True),
    Case("a last chunk of many zeros", "Zero however it is written.",
         chunked("5\r\nhello\r\n0000\r\n\r\n"), HELLO),
)

EXTENSION_CASES = (
    Case("a chunk extension", "Checked, and dropped: nobody else reads it otherwise.",
         size("5;a=b"), HELLO),
    Case("a chunk extension behind a space", "RFC 9112 7.1.1 allows that.", size("5 ;a"), HELLO),
    Case("a chunk extension in open quotes", "Who reads quotes reads on behind the line.",
         size('5;a="'), HELLO),
    Case("a chunk extension that ends in a bare line feed", "Some end the line there.",
         chunked(f"5;a\nhello\r\n{LAST}"), BARE_LF),
    Case("a chunk extension with a carriage return", "Some end the line there.",
         size("5;a\rb"), BARE_CR),
    Case("a chunk extension with NUL", "A control character.", size("5;\x00"),
         broken_off(400, "chunk_extension_invalid")),
    Case("a chunk extension that is too long", "Bounded, like everything.",
         size("5;" + "a" * 300), broken_off(400, "chunk_line_too_long")),
    Case("chunk extensions that are too long together", "Work that no limit of a body counts.",
         chunked(f"5;{'a' * 200}\r\nhello\r\n" * 120 + LAST),
         broken_off(400, "chunk_extensions_too_long")),
)

END_CASES = (
    Case("a size that ends in a bare line feed", "Some end the line there.",
         chunked(f"5\nhello\r\n{LAST}"), BARE_LF),
    Case("a size that ends in a bare carriage return", "Some end the line there.",
         chunked(f"5\rhello\r\n{LAST}"), BARE_CR),
    Case("data without a line end", "The next size begins within it.",
         chunked(f"5\r\nhello{LAST}"), BAD_END),
    Case("data that ends in a bare line feed", "No line end.", chunked(f"5\r\nhello\n{LAST}"),
         BARE_LF),
    Case("data that ends in a bare carriage return", "No line end.",
         chunked(f"5\r\nhello\r{LAST}"), BARE_CR),
    Case("data that is longer than its size", "The rest is no line end.",
         chunked(f"3\r\nhello\r\n{LAST}"), BAD_END),
    Case("data that is shorter than its size", "The line end is data, and what follows is not one.",
         chunked(f"6\r\nhello\r\n{LAST}"), BARE_LF),
    Case("a last chunk that ends in a bare line feed", "Some end the line there.",
         chunked("5\r\nhello\r\n0\n\r\n"), BARE_LF),
    Case("a body that ends in a bare line feed", "Some end the body there.",
         chunked("5\r\nhello\r\n0\r\n\n"), BARE_LF),
    Case("a body that ends in a bare carriage return", "Some end the body there.",
         chunked("5\r\nhello\r\n0\r\n\rGET"), BARE_CR),
    Case("a body without its last line", "A client that ends there has not ended its body.",
         chunked("5\r\nhello\r\n0\r\n"), abandoned(), finishes=True),
)

TRAILER_CASES = (
    Case("a trailer", "Checked, and dropped.", trailer("X-Sum: 1"), HELLO),
    Case("a length in a trailer", "Who merges it has a second length.",
         trailer("Content-Length: 99"), HELLO),
    Case("a coding in a trailer", "Who merges it has a second coding.",
         trailer("Transfer-Encoding: chunked"), HELLO),
    Case("a host in a trailer", "Who merges it has a second host.", trailer("Host: b.example"),
         HELLO),
    Case("a trailer without a colon", "No field.", trailer("Nonsense"), BAD_TRAILER),
    Case("a trailer with a space in its name", "No field.", trailer("X Y: z"), BAD_TRAILER),
    Case("a trailer with a space before the colon", "No field.", trailer("X : z"), BAD_TRAILER),
    Case("a folded trailer", "Obsolete.", trailer("X: y", " z"), BAD_TRAILER),
    Case("a trailer with NUL", "A control character.", trailer("X: \x00"), BAD_TRAILER),
    Case("a trailer that ends in a bare line feed", "Some end the line there.",
         trailer("X: y\nZ: z"), BARE_LF),
    Case("trailers that are too long", "Bounded, like everything.", trailer("X: " + "y" * 9000),
         broken_off(431, "trailer_too_large")),
)

PIPELINE_CASES = (
    Case("two requests at once", "Each is answered, in order.",
         get(path="/1") + get(path="/2"),
         forwarded(arrives_get(path="/1"), arrives_get(path="/2"))),
    Case("a request behind a length", "Behind the body, and not within.",
         post("Content-Length: 5", body="hello") + get(path="/2"),
         forwarded(arrives_post(body="hello"), arrives_get(path="/2"))),
    Case("a request behind chunks", "The same.",
         chunked(f"5\r\nhello\r\n{LAST}") + get(path="/2"),
         forwarded(arrives_post(body="hello", framing="chunked"), arrives_get(path="/2"))),
    Case("a request behind a length of zero", "Seen by us, so judged by our rules.",
         post("Content-Length: 0", body=SMUGGLED),
         forwarded(arrives_post(body=""), arrives_get(path="/smuggled"))),
    Case("a request within a chunk", "Payload.",
         chunked(f"{len(SMUGGLED):x}\r\n{SMUGGLED}\r\n{LAST}"),
         forwarded(arrives_post(body=SMUGGLED, framing="chunked"))),
    Case("a request behind one that is refused", "Nothing behind a refusal is read.",
         post("Content-Length: 5", "Content-Length: 6", body="hello") + get(path="/smuggled"),
         refused(400, "content_length_duplicate")),
    Case("a request behind chunks that are refused", "The same.",
         chunked("zz\r\n") + get(path="/smuggled"), BAD_SIZE),
    Case("a request behind an end", "The client said that it was the last.",
         get("Connection: close") + get(path="/smuggled"), forwarded_and_closes(arrives_get())),
    Case("a request behind one of HTTP 1.0", "The same.",
         lines("GET / HTTP/1.0", HOST) + get(path="/smuggled"),
         forwarded_and_closes(arrives_get())),
    Case("a bad request behind a good one", "The good one is answered first.",
         get() + get("X Y: z"),
         refused(400, "field_name_invalid", behind=(arrives_get(),))),
    Case("a body for a rule that answers itself", "It is not read, so nothing behind it is.",
         lines("POST / HTTP/1.1", "Host: fixed.example", f"Content-Length: {len(SMUGGLED)}",
               body=SMUGGLED),
         Outcome((), ((200, "rule_respond"),), "closes")),
    Case("a HEAD before a GET", "An answer without a body, and one with.",
         lines("HEAD /1 HTTP/1.1", HOST) + get(path="/2"),
         forwarded(arrives("HEAD /1", HOST, framing="none"), arrives_get(path="/2"))),
)

CASES = (*SIZE_CASES, *EXTENSION_CASES, *END_CASES, *TRAILER_CASES, *PIPELINE_CASES)
