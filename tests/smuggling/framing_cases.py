# SPDX-License-Identifier: Apache-2.0
"""Where a request's body ends: Content-Length, Transfer-Encoding, and both (RFC 9112 6)."""

from case import (Case, HOST, SMUGGLED, abandoned, alone, arrives, arrives_get, arrives_post,
                  chunked, forwarded, get, lines, post, refused)

ZERO_CHUNK = "0\r\n\r\n"
HELLO_CHUNK = "5\r\nhello\r\n0\r\n\r\n"
BOTH = refused(400, "content_length_with_transfer_encoding")
BAD_LENGTH = refused(400, "content_length_invalid")
TWO_LENGTHS = refused(400, "content_length_duplicate")
HUGE_LENGTH = refused(400, "content_length_too_large")
BAD_CODING = refused(400, "transfer_encoding_invalid")
UNKNOWN_CODING = refused(501, "transfer_coding_not_supported")
BAD_NAME = refused(400, "field_name_invalid")
BAD_VALUE = refused(400, "field_value_invalid")
FOLDED = refused(400, "field_folded")
UNEXPECTED = refused(400, "body_unexpected")
# What monitor makes of two framings: the coding counts (RFC 9112 6.3), and nothing else follows.
REPAIRED = alone("POST /", HOST, framing="chunked")


def length(value, body="hello", name="Content-Length: "):
    return post(name + value, body=body)


def coding(value, name="Transfer-Encoding: ", body=HELLO_CHUNK):
    return post(name + value, body=body)


def length_and(field, body=ZERO_CHUNK + "G"):
    """CL.TE: who believes the length reads six bytes, who believes the coding leaves one behind."""
    return post("Content-Length: 6", field, body=body)


BOTH_CASES = (
    Case("a length before a coding", "CL.TE: two readers of one request end it at two places.",
         length_and("Transfer-Encoding: chunked"), BOTH,
         monitor=REPAIRED),
    Case("a coding before a length", "TE.CL: the order must not decide.",
         post("Transfer-Encoding: chunked", "Content-Length: 4",
              body=f"{len(SMUGGLED):x}\r\n{SMUGGLED}\r\n0\r\n\r\n"), BOTH,
         monitor=alone("POST /", HOST, body=SMUGGLED, framing="chunked")),
    Case("a zero length and a coding", "A length of zero is a length.",
         post("Content-Length: 0", "Transfer-Encoding: chunked", body=HELLO_CHUNK), BOTH,
         monitor=alone("POST /", HOST, body="hello", framing="chunked")),
    Case("an invalid length and a coding", "A length that cannot be read is still there.",
         post("Content-Length: x", "Transfer-Encoding: chunked", body=HELLO_CHUNK), BOTH,
         monitor=BAD_LENGTH),
    Case("a length and an unknown coding", "Who ignores the coding takes the length.",
         length_and("Transfer-Encoding: xchunked"), BOTH,
         monitor=UNKNOWN_CODING),
    Case("a length and identity", "RFC 2616 knew identity, and let it leave the length in force.",
         length_and("Transfer-Encoding: identity"), BOTH,
         monitor=UNKNOWN_CODING),
    Case("a length and a coding behind a tab", "A tab is white space like any other.",
         length_and("Transfer-Encoding:\tchunked"), BOTH,
         monitor=REPAIRED),
    Case("a length and a coding without a space", "The space behind a colon is optional.",
         length_and("Transfer-Encoding:chunked"), BOTH,
         monitor=REPAIRED),
    Case("a length and a coding in odd case", "Names and codings have no case.",
         length_and("tRANSFER-eNCODING: CHUNKED"), BOTH,
         monitor=REPAIRED),
    Case("a length and an empty coding", "A field without a value is still a field.",
         length_and("Transfer-Encoding:"), BOTH,
         monitor=BAD_CODING),
    Case("a length and two codings", "The second may be what the other reader believes.",
         post("Content-Length: 6", "Transfer-Encoding: identity", "Transfer-Encoding: chunked",
              body=ZERO_CHUNK + "G"), BOTH,
         monitor=refused(400, "transfer_encoding_duplicate")),
    Case("a GET with a length and a coding", "A GET is framed like any other request.",
         get("Content-Length: 6", "Transfer-Encoding: chunked", body=ZERO_CHUNK + "G"), BOTH,
         monitor=alone("GET /", HOST, framing="chunked")),
)

HIDDEN_CASES = (
    Case("a coding with a space before the colon", "Some trim the name, some ignore the field.",
         length_and("Transfer-Encoding : chunked"), BAD_NAME),
    Case("a coding with a tab before the colon", "The same with a tab.",
         length_and("Transfer-Encoding\t: chunked"), BAD_NAME),
    Case("a coding with a vertical tab before the colon", "isspace() of C takes it for a space.",
         length_and("Transfer-Encoding\x0b: chunked"), BAD_NAME),
    Case("a coding with NUL in its name", "Who works with C strings sees a shorter name.",
         length_and("Transfer-Encoding\x00: chunked"), BAD_NAME),
    Case("a coding behind a space", "A line that begins with a space continues the one before.",
         length_and(" Transfer-Encoding: chunked"), FOLDED),
    Case("a coding behind a byte order mark", "Who skips it sees a coding.",
         length_and("\xef\xbb\xbfTransfer-Encoding: chunked"), BAD_NAME),
    Case("a coding with a vertical tab before its value", "Not white space for HTTP.",
         length_and("Transfer-Encoding:\x0bchunked"), BAD_VALUE),
    Case("a coding with a form feed behind its value", "The same at the other end.",
         length_and("Transfer-Encoding: chunked\x0c"), BAD_VALUE),
    Case("a coding with NUL behind its value", "A C string ends there.",
         length_and("Transfer-Encoding: chunked\x00"), BAD_VALUE),
    Case("a coding on a folded line", "RFC 9112 5.2 lets us refuse what was made obsolete.",
         length_and("Transfer-Encoding:\r\n chunked"), FOLDED),
    Case("a coding on a line folded with a tab", "The same with a tab.",
         length_and("Transfer-Encoding:\r\n\tchunked"), FOLDED),
    Case("a coding behind a bare line feed", "Some end a line at LF alone.",
         length_and("X: y\nTransfer-Encoding: chunked"), refused(400, "bare_line_feed")),
    Case("a coding behind a bare carriage return", "Some end a line at CR alone.",
         length_and("X: y\rTransfer-Encoding: chunked"), refused(400, "bare_carriage_return")),
    Case("a length that ends in a bare carriage return", "It may hide the field behind it.",
         post("Content-Length: 6\rTransfer-Encoding: chunked", body=ZERO_CHUNK + "G"),
         refused(400, "bare_carriage_return")),
    Case("a coding in a field without a colon", "Not a field line at all.",
         length_and("Transfer-Encoding chunked"), BAD_NAME),
    Case("a coding whose name is quoted", "A quote is no token character.",
         length_and('"Transfer-Encoding": chunked'), BAD_NAME),
)

CODING_CASES = (
    Case("chunked alone", "The one coding that is understood.",
         coding("chunked"), forwarded(arrives_post(body="hello", framing="chunked"))),
    Case("chunked in capitals", "Codings have no case; what leaves is written anew.",
         coding("CHUNKED"), forwarded(arrives_post(body="hello", framing="chunked"))),
    Case("chunked between spaces and tabs", "Optional white space is no part of a value.",
         coding(" \t chunked \t "), forwarded(arrives_post(body="hello", framing="chunked"))),
    Case("xchunked", "Not chunked: who searches for the word finds it.",
         coding("xchunked"), UNKNOWN_CODING),
    Case("chunked with a letter behind", "Not chunked either.", coding("chunkedx"),
         UNKNOWN_CODING),
    Case("identity alone", "No longer a coding (RFC 9112 7).", coding("identity"), UNKNOWN_CODING),
    Case("chunked before identity", "Chunked is not the last: the length cannot be known.",
         coding("chunked, identity"), BAD_CODING),
    Case("identity before chunked", "A coding that is not understood stands before chunked.",
         coding("identity, chunked"), UNKNOWN_CODING),
    Case("gzip before chunked", "Legal, and not supported.",
         coding("gzip, chunked"), UNKNOWN_CODING),
    Case("gzip alone", "A request whose last coding is not chunked has no end.",
         coding("gzip"), BAD_CODING),
    Case("chunked twice in one field", "RFC 9112 6.1 forbids it.",
         coding("chunked, chunked"), BAD_CODING),
    Case("chunked twice in two fields", "The same in two lines.",
         post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=HELLO_CHUNK),
         refused(400, "transfer_encoding_duplicate")),
    Case("identity and chunked in two fields", "First or last may win.",
         post("Transfer-Encoding: identity", "Transfer-Encoding: chunked", body=HELLO_CHUNK),
         refused(400, "transfer_encoding_duplicate")),
    Case("chunked and nothing in two fields", "An empty field counts.",
         post("Transfer-Encoding: chunked", "Transfer-Encoding:", body=HELLO_CHUNK),
         refused(400, "transfer_encoding_duplicate")),
    Case("an empty coding", "A list of nothing.", coding(""), BAD_CODING),
    Case("chunked behind a comma", "A list with an empty first element.",
         coding(", chunked"), BAD_CODING),
    Case("chunked before a comma", "And with an empty last one.", coding("chunked,"), BAD_CODING),
    Case("chunked before a semicolon", "Chunked has no parameters.",
         coding("chunked;q=1"), BAD_CODING),
    Case("chunked in quotes", "A coding is a token.", coding('"chunked"'), BAD_CODING),
    Case("chunked in single quotes", "Which are token characters: another name.",
         coding("'chunked'"), UNKNOWN_CODING),
    Case("chunked behind a no-break space", "Not white space for HTTP.",
         coding("\xa0chunked"), BAD_CODING),
    Case("chunked with a space in it", "Two words are no coding.",
         coding("chun ked"), BAD_CODING),
    Case("chunked in HTTP 1.0", "RFC 9112 6.1: its framing is faulty.",
         lines("POST / HTTP/1.0", HOST, "Transfer-Encoding: chunked", body=HELLO_CHUNK),
         refused(400, "transfer_encoding_in_http_1_0")),
)

LENGTH_CASES = (
    Case("a length", "The usual body.", length("5"), forwarded(arrives_post(body="hello"))),
    Case("a length of zero", "A body without bytes.", length("0", ""),
         forwarded(arrives_post(body=""))),
    Case("a length with leading zeros", "Decimal for everybody but who takes it for octal.",
         length("0000000000000000000005"), forwarded(arrives_post(body="hello"))),
    Case("a length between spaces", "Optional white space is no part of it.",
         length(" \t 5 \t "), forwarded(arrives_post(body="hello"))),
    Case("two lengths that differ", "First or last may win.",
         post("Content-Length: 5", "Content-Length: 6", body="hello!"), TWO_LENGTHS),
    Case("two equal lengths", "RFC 9112 6.3 permits to repair it; we do not.",
         post("Content-Length: 5", "Content-Length: 5", body="hello"), TWO_LENGTHS,
         monitor=alone("POST /", HOST, body="hello")),
    Case("two lengths in odd case", "Names have no case.",
         post("Content-Length: 5", "content-length: 0", body="hello"), TWO_LENGTHS),
    Case("a list of equal lengths", "What a repair of two equal fields makes.",
         length("5, 5"), TWO_LENGTHS,
         monitor=alone("POST /", HOST, body="hello")),
    Case("a list of lengths that differ", "First or last may win.", length("5,6"), TWO_LENGTHS),
    Case("a length before a comma", "A list with an empty element.", length("5,"), TWO_LENGTHS),
    Case("a length with a plus", "strtol() takes it.", length("+5"), BAD_LENGTH),
    Case("a negative length", "And so it does this.", length("-5"), BAD_LENGTH),
    Case("a hexadecimal length", "Base 0 of strtol().", length("0x5"), BAD_LENGTH),
    Case("a length with a unit", "Digits, then something.", length("5b"), BAD_LENGTH),
    Case("a length with a fraction", "A number, but no count.", length("5.0"), BAD_LENGTH),
    Case("a length with an exponent", "The same.", length("5e0"), BAD_LENGTH),
    Case("a length of two words", "The first of them may win.", length("5 6"), BAD_LENGTH),
    Case("a length in quotes", "No digits.", length('"5"'), BAD_LENGTH),
    Case("an empty length", "Zero for atoi().", length(""), BAD_LENGTH),
    Case("a length with a semicolon", "It has no parameters.", length("5;"), BAD_LENGTH),
    Case("a length in fullwidth digits", "A digit for Unicode, not for HTTP.",
         length("\xef\xbc\x95"), BAD_LENGTH),
    Case("a length with underscores", "int() of Python takes it.", length("1_0"), BAD_LENGTH),
    Case("a length with NUL behind", "A C string ends there.", length("5\x00"), BAD_VALUE),
    Case("a length behind a vertical tab", "strtol() skips it.", length("\x0b5"), BAD_VALUE),
    Case("a length with a space before the colon", "Some trim the name.",
         length("5", name="Content-Length : "), BAD_NAME),
    Case("a length on a folded line", "Some unfold it, some see an empty length.",
         length("\r\n 5"), FOLDED),
    Case("a length of 2^63", "The first that a signed number cannot hold.",
         length("9223372036854775808"), HUGE_LENGTH),
    Case("a length of 2^64", "Zero in 64 bits.", length("18446744073709551616", ""), HUGE_LENGTH),
    Case("a length of 2^64 and 5", "Five in 64 bits.", length("18446744073709551621"),
         HUGE_LENGTH),
    Case("a length of 2^32 and 5", "Five in 32 bits: the body is awaited, not cut off.",
         length("4294967301"), abandoned(), finishes=True),
    Case("a length of a thousand digits", "However it is computed.", length("9" * 1000),
         HUGE_LENGTH),
    Case("a length that the client does not fill", "Half a body is no request.",
         length("10"), abandoned(), finishes=True),
    Case("chunks that the client does not end", "Nor is a body without its last chunk.",
         chunked("5\r\nhello\r\n"), abandoned(), finishes=True),
)

METHOD_CASES = (
    Case("a GET with a length", "A body is a body, whatever the method.",
         get("Content-Length: 5", body="hello"),
         alone("GET /", HOST, body="hello"),
         strictest=UNEXPECTED),
    Case("a GET whose body looks like a request", "The length says that it is a body.",
         get(f"Content-Length: {len(SMUGGLED)}", body=SMUGGLED),
         alone("GET /", HOST, body=SMUGGLED),
         strictest=UNEXPECTED),
    Case("a GET with chunks", "The same for chunks.",
         get("Transfer-Encoding: chunked", body=HELLO_CHUNK),
         alone("GET /", HOST, body="hello", framing="chunked"),
         strictest=UNEXPECTED),
    Case("a GET with a length of zero", "A body of nothing: a slip.",
         get("Content-Length: 0"), forwarded(arrives("GET /", HOST, body="")),
         strictest=refused(400, "content_length_unexpected")),
    Case("a HEAD with a body", "A request's method says nothing of its body.",
         lines("HEAD / HTTP/1.1", HOST, "Content-Length: 5", body="hello"),
         alone("HEAD /", HOST, body="hello"),
         strictest=UNEXPECTED),
    Case("a DELETE with a body", "The same.",
         lines("DELETE / HTTP/1.1", HOST, "Content-Length: 5", body="hello"),
         alone("DELETE /", HOST, body="hello"),
         strictest=UNEXPECTED),
    Case("an OPTIONS for the server with a body", "The same.",
         lines("OPTIONS * HTTP/1.1", HOST, "Content-Length: 5", body="hello"),
         alone("OPTIONS *", HOST, body="hello"),
         strictest=UNEXPECTED),
    Case("a POST without a body", "No framing, no body.",
         post(), forwarded(arrives_post(framing="none"))),
    Case("a POST in HTTP 1.0 without a length", "Nor does the close end a request's body.",
         lines("POST / HTTP/1.0", HOST, "Connection: keep-alive"),
         forwarded(arrives_post(framing="none"))),
    Case("a GET without a length and bytes behind", "What follows is another request, or none.",
         get(body="hello\r\n\r\n"),
         refused(400, "request_line_invalid", behind=(arrives_get(),))),
)

CASES = (*BOTH_CASES, *HIDDEN_CASES, *CODING_CASES, *LENGTH_CASES, *METHOD_CASES)
