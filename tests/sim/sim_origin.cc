// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_origin.h"

#include <utility>

#include "dataplane/base/check.h"
#include "tests/sim/exchange_text.h"
#include "tests/sim/keyed_body.h"
#include "tests/sim/sim_peer.h"

namespace penstock::testing {

SimOrigin::SimOrigin(const TcpNodeSettings& settings, base::Endpoint address)
    : settings_(settings), address_(address), node_(std::make_unique<TcpNode>(settings)) {
  start();
}

SimOrigin::~SimOrigin() { forget_all(); }

void SimOrigin::start() {
  if (is_running_) return;
  CHECK(node_->stack.listen(address_, 0).ok());
  is_running_ = true;
}

void SimOrigin::kill(base::Instant now) {
  if (!is_running_) return;
  CHECK(node_->stack.stop_listening(address_));
  is_running_ = false;
  for (auto& [id, connection] : open_) connection.stream.abort();
  forget_all();
  node_->send(now);
}

void SimOrigin::lose_power(base::Instant now) {
  forget_all();
  is_running_ = false;
  node_.reset();
  settings_.now = now;
  ++settings_.stack.seed;
  node_ = std::make_unique<TcpNode>(settings_);
}

void SimOrigin::forget_all() {
  for (auto& [id, connection] : open_) connection.stream.release();
  open_.clear();
}

void SimOrigin::turn(base::Instant now) {
  if (next_deadline() > now && node_->port.arriving_count() == 0) return;
  node_->receive(now);
  while (const auto ready = node_->stack.take_ready()) on_ready(*ready, now);
  for (auto each = open_.begin(); each != open_.end();) {
    Connection& connection = each->second;
    const bool goes_on = connection.wakes > now || move(connection, now);
    each = goes_on ? std::next(each) : open_.erase(each);
  }
  node_->send(now);
}

base::Instant SimOrigin::next_deadline() const {
  base::Instant next = node_->next_deadline();
  for (const auto& [id, connection] : open_) next = base::earlier(next, connection.wakes);
  return next;
}

void SimOrigin::on_ready(const tcp::Ready& ready, base::Instant now) {
  uint32_t id = ready.user.index;
  tcp::Stream stream = ready.stream;
  if (ready.accepted) {
    id = next_++;
    open_[id].stream = stream;
    stream.set_user({tcp::StreamUser::Kind::Downstream, id});
  }
  const auto found = open_.find(id);
  CHECK(found != open_.end());
  found->second.wakes = now;
  found->second.is_closed |= ready.closed;
}

bool SimOrigin::move(Connection& connection, base::Instant now) {
  tcp::Stream stream = connection.stream;
  connection.wakes = base::Instant::never();
  connection.reader.feed(take_received(stream, kNoBound));
  while (connection.after == After::GoOn) {
    const auto request = connection.reader.next();
    if (!request) break;
    answer(connection, *request, now);
  }
  if (connection.is_closed) {
    stream.release();
    return false;
  }
  write(connection, now);
  if (!connection.parts.empty() || !connection.output.empty()) return true;
  if (connection.after == After::Reset) {
    stream.abort();
    stream.release();
    return false;
  }
  const bool wants_close = connection.after == After::Close || stream.peer_closed();
  if (wants_close && !connection.is_closing) {
    connection.is_closing = true;
    stream.close();
  }
  return true;
}

void SimOrigin::answer(Connection& connection, const HttpMessage& request, base::Instant now) {
  ++requests_;
  const ExchangePlan exchange = exchange_of(request.target());
  ++by_exchange_[exchange.id];
  const KeyedBody sent(exchange.id, KeyedBody::Side::Request);
  const size_t agrees = sent.agrees_for(request.body);
  if (agrees != request.body.size() || request.body.size() != exchange.request_bytes) {
    complaints_.push_back("request of exchange " + std::to_string(exchange.id) + ": " +
                          std::to_string(request.body.size()) + " of " +
                          std::to_string(exchange.request_bytes) + " bytes, right up to byte " +
                          std::to_string(agrees));
  }
  for (std::string& part : answer_parts(exchange, std::to_string(address_.port))) {
    connection.parts.push_back(std::move(part));
  }
  connection.pause = exchange.pause;
  connection.next_part = now;
  if (exchange.answer == ExchangePlan::Answer::UntilClose) connection.after = After::Close;
  if (exchange.answer == ExchangePlan::Answer::DieHalfway) connection.after = After::Reset;
}

void SimOrigin::write(Connection& connection, base::Instant now) {
  while (!connection.parts.empty() && connection.next_part <= now) {
    connection.output += connection.parts.front();
    connection.parts.pop_front();
    connection.next_part = connection.next_part + connection.pause;
  }
  write_some(connection.stream, connection.output, kNoBound, node_->pool);
  if (!connection.parts.empty()) connection.wakes = connection.next_part;
  // Without a buffer there is no event to wait for.
  if (!connection.output.empty() && connection.stream.write_space() > 0) {
    connection.wakes = base::earlier(connection.wakes, now + base::Duration::from_ms(1));
  }
}

}  // namespace penstock::testing
