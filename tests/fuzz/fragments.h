// SPDX-License-Identifier: Apache-2.0
//
// Parts of HTTP messages, whole and halved, right and wrong, of which a fuzzed client and a fuzzed
// backend make what they say. "@" stands for the name of a request: in a request for its own, in a
// response for that of the request which is answered.
// Constants only.
#pragma once

#include <array>
#include <string_view>

namespace penstock::fuzz {

inline constexpr std::array<std::string_view, 54> kRequestFragments = {
    "GET /@ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "POST /@ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\nhello",
    "POST /@ HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: "
    "chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "HEAD /@ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET /@ HTTP/1.0\r\nHost: a.example\r\n\r\n",
    "POST /@ HTTP/1.1\r\nHost: a.example\r\n",
    "GET /@ HTTP/1.1\r\n",
    "GET http://b.example/@ HTTP/1.1\r\nHost: a.example\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "PUT /@ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 70000\r\n\r\n",
    "POST /@ HTTP/1.1\r\nHost: a.example\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    "Host: a.example\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: 0\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding : chunked\r\n",
    "Transfer-Encoding: identity\r\n",
    "Connection: close\r\n",
    "Connection: keep-alive, X-A, Content-Length\r\n",
    "X-A: b\r\n",
    "Content_Length: 7\r\n",
    "\r\n",
    "hello",
    "5\r\nhello\r\n",
    "5;a=b\r\nhello\r\n",
    "0\r\n\r\n",
    "0\r\nX-A: b\r\n\r\n",
    "0\r\n",
    "\n",
    "\r",
    " ",
    "ffffffffffffffff\r\n",
    "GET /@ HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
    "Connection: Upgrade\r\n",
    "Upgrade: h2c\r\n",
    "PUT /@ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\nhello",
    "DELETE /@ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\nhello",
    "PUT /@ HTTP/1.1\r\nHost: a.example\r\nExpect: 100-continue\r\nTransfer-Encoding: "
    "chunked\r\n\r\n",
    "POST /@ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\nTransfer-Encoding: "
    "chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "POST /@ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5, 5\r\n\r\nhello",
    "GET /a%2fb//c/../%2e/%7ed/@?e=%2f HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET /a\\b/@ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET /@/..;/%zz HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET /a/..%2f..%5c@ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET /../@ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET /@/{} HTTP/1.1\r\nHost: a.example\r\nX_A: b\r\n\r\n",
    "OPTIONS http://a.example HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET /@ HTTP/1.1\r\nHost: a.example\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    "Upgrade: websocket\r\n",
    "Expect: 100-continue\r\n",
    "X-Forwarded-For: 192.0.2.200\r\n",
    "Connection: X-A, Host, X-Forwarded-For\r\n",
    "OPTIONS /@ HTTP/1.1\r\nHost: a.example\r\nMax-Forwards: 2\r\n\r\n",
    "Max-Forwards: 0\r\n",
};

inline constexpr std::array<std::string_view, 36> kResponseFragments = {
    "HTTP/1.1 200 OK\r\nX-For: @\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nX-For: @\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX-For: @\r\n\r\n",
    "HTTP/1.1 204 No Content\r\nX-For: @\r\n\r\n",
    "HTTP/1.1 304 Not Modified\r\nX-For: @\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 100 Continue\r\nX-For: @\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nX-For: @\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX-For: @\r\n",
    "HTTP/1.0 200 OK\r\nX-For: @\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 503 Service Unavailable\r\nX-For: @\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX-For: @\r\nContent-Length: 70000\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX-For: @\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200\r\n\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: 0\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: gzip, chunked\r\n",
    "Connection: close\r\n",
    "Connection: X-A\r\n",
    "X-A: b\r\n",
    "X-A : b\r\n",
    " folded\r\n",
    "\r\n",
    "hello",
    "5\r\nhello\r\n",
    "5;a=b\r\nhello\r\n",
    "0\r\n\r\n",
    "0\r\nX-A: b\r\n\r\n",
    "\n",
    "\r",
    "zz\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nX-For: @\r\n\r\n",
    "HTTP/1.1 503 Service Unavailable\r\nX-For: @\r\nContent-Length: 70000\r\n\r\n",
    "HTTP/1.0 503 Service Unavailable\r\nX-For: @\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX-For: @\r\nContent-Length: 5\r\n\r\nhe",
};

}  // namespace penstock::fuzz
