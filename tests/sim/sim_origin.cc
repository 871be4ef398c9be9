// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_origin.h"

#include <algorithm>
#include <cstdio>

#include "dataplane/base/check.h"
#include "tests/sim/sim_peer.h"

namespace penstock::testing {

namespace {

std::string in_chunks(const std::string& body) {
  constexpr size_t kChunkBytes = 7001;  // no multiple of a segment
  std::string text;
  for (size_t at = 0; at < body.size(); at += kChunkBytes) {
    const std::string part = body.substr(at, kChunkBytes);
    char line[20];
    std::snprintf(line, sizeof line, "%zx\r\n", part.size());
    text += line + part + "\r\n";
  }
  return text + "0\r\n\r\n";
}

size_t number_in(const std::string& target) {
  return std::stoul(target.substr(target.rfind('/') + 1));
}

}  // namespace

SimOrigin::~SimOrigin() {
  for (auto& [id, connection] : open_) connection.stream.release();
}

void SimOrigin::listen(base::IpAddress address, uint16_t port) {
  CHECK(node_.stack.listen({address, port}, port).ok());
}

void SimOrigin::kill(base::IpAddress address, uint16_t port) {
  CHECK(node_.stack.stop_listening({address, port}));
  for (auto each = open_.begin(); each != open_.end();) {
    if (each->second.port != port) {
      ++each;
      continue;
    }
    each->second.stream.abort();
    each->second.stream.release();
    each = open_.erase(each);
  }
}

void SimOrigin::turn(base::Instant now) {
  node_.receive(now);
  while (const auto ready = node_.stack.take_ready()) on_ready(*ready);
  node_.send(now);
}

uint64_t SimOrigin::requests(uint16_t port) const {
  const auto found = requests_.find(port);
  return found == requests_.end() ? 0 : found->second;
}

void SimOrigin::on_ready(const tcp::Ready& ready) {
  uint32_t id = ready.user.index;
  tcp::Stream stream = ready.stream;
  if (ready.accepted) {
    id = next_++;
    Connection& fresh = open_[id];
    fresh.stream = stream;
    fresh.port = static_cast<uint16_t>(ready.user.index);
    stream.set_user({tcp::StreamUser::Kind::Downstream, id});
  }
  const auto found = open_.find(id);
  CHECK(found != open_.end());
  Connection& connection = found->second;
  connection.reader.feed(take_received(stream));
  while (connection.after == After::GoOn) {
    const auto request = connection.reader.next();
    if (!request) break;
    answer(connection, *request);
  }
  if (stream.peer_closed() && connection.after == After::GoOn) connection.after = After::Close;
  if (!ready.closed) pump(connection);
  if (ready.closed || (connection.after == After::Reset && connection.output.empty())) {
    stream.release();
    open_.erase(found);
  }
}

void SimOrigin::answer(Connection& connection, const HttpMessage& request) {
  ++requests_[connection.port];
  const std::string target = request.target();
  std::string head = "HTTP/1.1 200 OK\r\nX-Backend: " + std::to_string(connection.port) + "\r\n";
  const auto with_length = [&head](size_t bytes) {
    return head + "Content-Length: " + std::to_string(bytes) + "\r\n\r\n";
  };
  if (target == "/echo") {
    connection.output += with_length(request.body.size()) + request.body;
  } else if (target == "/quit") {
    connection.output += "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    connection.after = After::Close;
  } else if (target.starts_with("/bytes/")) {
    connection.output += with_length(number_in(target)) + patterned_body(number_in(target));
  } else if (target.starts_with("/chunked/")) {
    connection.output +=
        head + "Transfer-Encoding: chunked\r\n\r\n" + in_chunks(patterned_body(number_in(target)));
  } else if (target.starts_with("/close/")) {
    connection.output += head + "\r\n" + patterned_body(number_in(target));
    connection.after = After::Close;
  } else {
    CHECK(target.starts_with("/die/"));
    const size_t bytes = number_in(target);
    connection.output += with_length(bytes) + patterned_body(bytes).substr(0, bytes / 2);
    connection.after = After::Reset;
  }
}

void SimOrigin::pump(Connection& connection) {
  write_some(connection.stream, connection.output, node_.pool);
  if (!connection.output.empty()) return;
  if (connection.after == After::Reset) connection.stream.abort();
  if (connection.after == After::Close && !connection.is_closing) {
    connection.is_closing = true;
    connection.stream.close();
  }
}

}  // namespace penstock::testing
