# SPDX-License-Identifier: Apache-2.0
"""Ways to write a path that leads below /private, or nearly so: who decodes, resolves or merges
once more than the rules do, or once less, reads another path."""

DOTS = ("/private", "/private/", "/private/x", "/privately/x", "/private/../x", "/private/..",
        "/private/.", "/private/./x", "/private/x/..", "/public/../private/x", "/./private/x",
        "/public/./../private/./x", "/public/x/../../private/x", "/private/../private/x",
        "/private/../../x", "/public/../../private/x", "/.../private/x", "/private/.../x",
        "/public/.../../../private/x", "/private/..../x")

TRAILING_DOTS = ("/private./x", "/private../x", "/private.../x", "/private./../x", "/public./x",
                 "/public/...", "/private%2e/x", "/private%2E%2E/x")

ENCODED_DOTS = ("/private/%2e%2e/x", "/private/%2E./x", "/private/.%2e",
                "/public/%2e%2e/private/x", "/public/.%2E/private/x", "/public/%2e./private/x",
                "/%2e/private/x", "/public/%2E%2e/%70rivate/x", "/public/%2e%2e%2e/private/x")

ENCODED_LETTERS = ("/%70rivate/x", "/%70%72%69%76%61%74%65/x", "/privat%65", "/p%72ivate/%78",
                   "/%50rivate/x", "/PRIVATE/x", "/%7Eprivate/x", "/private%2dx", "/private%5Fx")

ENCODED_TWICE = ("/%2570rivate/x", "/%25%37%30rivate/x", "/%25370rivate/x", "/private%252fx",
                 "/private%252Fx", "/%252fprivate/x", "/private%255cx",
                 "/public/%252e%252e/private/x", "/private/%252e%252e/x", "/private/%252E%252E/x",
                 "/public%252f..%252fprivate/x", "/public/..%252fprivate/x",
                 "/public%25252f..%25252fprivate/x", "/private%2500/x",
                 "/private/%25%32%65%25%32%65/x")

SLASHES = ("//private/x", "///private/x", "/private//x", "//private", "/private//", "/public//x",
           "/public//../private/x", "/public/..//private/x", "//public/../private/x",
           "/private/..//x", "/private//../x", "/.//private/x", "/public//./../private/x",
           "/private/x//../../y", "//../private/x")

ENCODED_SLASHES = ("/private%2fx", "/private%2Fx", "/%2fprivate/x", "/%2Fprivate%2fx",
                   "/private/%2fx", "/public%2f..%2fprivate/x", "/public/..%2fprivate/x",
                   "/public/%2e%2e%2Fprivate/x", "/private%2f..%2fx", "/private%2f%2e%2e/x",
                   "/private/..%2Fx", "/public%2F%2e%2E%2fprivate%2Fx",
                   "/public/x%2F..%2F../private/x", "/public%2fprivate/x", "/x%2F..%2Fprivate")

PARAMETERS = ("/private;/x", "/private;a=b/x", "/private/;/x", "/;/private/x", "/;a/private/x",
              "/public;/../private/x", "/private/x;/..", "/private;/../x", "/public/..;/private/x",
              "/private/..;/x", "/public/..;a=b/private/x", "/public/;..;/private/x",
              "/private%3b/x", "/private%3Ba/x", "/public/..%3b/private/x", "/private;",
              "/;private/x")

QUERIES = ("/private?x", "/private?/../x", "/x?/../private/x", "/private%3fx", "/private%3Fx",
           "/private/..%3f/x", "/private%23x", "/private/%23/../x", "/public?%2f..%2fprivate")

OTHER_BYTES = ("/private%20/x", "/private%09/x", "/private%0d%0a/x", "/private%0A",
               "/%20/private/x", "/private%7f/x", "/private%ff/x", "/private%00", "/private%00/x",
               "/public%00/../private", "/public/%c0%ae%c0%ae/private/x", "/private%c0%afx",
               "/%c1%b0rivate/x", "/public/%ef%bc%8e%ef%bc%8e/private/x", "/%ef%bd%90rivate/x",
               "/private%e2%88%95x", "/pr%C4%B1vate/x", "/%u0070rivate/x", "/private*/x",
               "/private:80/x", "/private@/x", "/private%3a%3a$DATA", "/privat~1/x", '/private"/x',
               "/private|/x", "/{private}/x")

BACK_SLASHES = ("/private\\x", "/\\private/x", "\\private/x", "/private\\..\\x",
                "/public\\private/x", "/public\\..\\private/x", "/public/..\\private/x",
                "/private/..\\x", "/private/\\x", "/private%5cx", "/private%5Cx", "/%5Cprivate/x",
                "/public%5c..%5cprivate/x", "/private%5C..%5Cx", "/public\\/../private/x",
                "/private/x\\..\\..\\y")

BAD_ESCAPES = ("/private%", "/private%/x", "/private/%", "/private%2", "/private/%2/../x",
               "/private%2/../x", "/%zz/../private/x", "/public/%zz/../../private/x",
               "/%7private/x", "/%2%65/private/x", "/private%%2fx", "/public/%%32%65./private/x")

# No two readers agree on what is decoded beside an escape that is none.
BESIDE_BAD_ESCAPES = ("/%70rivate/%", "/%70rivate/%zz", "/%zz/%2e%2e/private/x",
                      "/%zz%2f..%2fprivate/x", "/private/%2e%2e/%")

SPELLINGS = (*DOTS, *TRAILING_DOTS, *ENCODED_DOTS, *ENCODED_LETTERS, *ENCODED_TWICE, *SLASHES,
             *ENCODED_SLASHES, *PARAMETERS, *QUERIES, *OTHER_BYTES, *BACK_SLASHES, *BAD_ESCAPES,
             *BESIDE_BAD_ESCAPES)
