// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_client.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "dataplane/base/check.h"
#include "tests/sim/exchange_text.h"
#include "tests/sim/keyed_body.h"
#include "tests/sim/sim_peer.h"

namespace penstock::testing {

namespace {

using Judgement = Scenario::Judgement;
using Ending = ConversationPlan::Ending;

size_t bytes_at_once(const Pacing& pacing) { return pacing.bytes == 0 ? kNoBound : pacing.bytes; }

// What Penstock answers when it cannot do better: for a client that is too slow for it, and for
// backends that are gone.
bool is_error_of_ours(const HttpMessage& response) {
  constexpr std::array<uint16_t, 4> kStatuses = {408, 502, 503, 504};
  return response.fields.contains("penstock-reason") &&
         std::find(kStatuses.begin(), kStatuses.end(), response.status()) != kStatuses.end();
}

}  // namespace

SimClient::~SimClient() {
  for (auto& [id, conversation] : open_) conversation.stream.release();
}

void SimClient::converse(const ConversationPlan& plan, base::Instant now) {
  const uint32_t id = next_++;
  auto stream = node_.stack.connect(server_, {tcp::StreamUser::Kind::Upstream, id}, now);
  CHECK(stream.ok());
  Conversation& conversation = open_[id];
  conversation.stream = *stream;
  conversation.plan = plan;
  conversation.judgement = judgement_;
  conversation.moved = now;
  node_.send(now);
}

void SimClient::turn(base::Instant now) {
  if (next_deadline() > now && node_.port.arriving_count() == 0) return;
  node_.receive(now);
  while (const auto ready = node_.stack.take_ready()) on_ready(*ready, now);
  for (auto each = open_.begin(); each != open_.end();) {
    Conversation& conversation = each->second;
    const bool goes_on = conversation.wakes > now || move(conversation, now);
    each = goes_on ? std::next(each) : open_.erase(each);
  }
  node_.send(now);
}

base::Instant SimClient::next_deadline() const {
  base::Instant next = node_.next_deadline();
  for (const auto& [id, conversation] : open_) next = base::earlier(next, conversation.wakes);
  return next;
}

void SimClient::give_up_since(base::Instant moved, base::Instant now) {
  for (auto each = open_.begin(); each != open_.end();) {
    Conversation& conversation = each->second;
    if (conversation.moved > moved) {
      ++each;
      continue;
    }
    judge_stuck(conversation, now);
    if (!conversation.is_closed) conversation.stream.abort();
    conversation.stream.release();
    each = open_.erase(each);
    node_.send(now);
  }
}

void SimClient::on_ready(const tcp::Ready& ready, base::Instant now) {
  const auto found = open_.find(ready.user.index);
  CHECK(found != open_.end());
  Conversation& conversation = found->second;
  conversation.wakes = now;
  conversation.moved = now;
  conversation.is_closed |= ready.closed;
  if (ready.connected) conversation.may_ask = now + conversation.plan.think;
}

bool SimClient::move(Conversation& conversation, base::Instant now) {
  tcp::Stream stream = conversation.stream;
  // A connection that is over is read to its end at once.
  if (conversation.is_closed) conversation.may_read = now;
  read(conversation, now);
  take_answers(conversation, now);
  if (!conversation.is_closed && stream.is_established()) {
    ask(conversation, now);
    write(conversation, now);
  }
  if (wants_reset(conversation) && !conversation.is_closed) {
    stream.abort();
    stream.release();
    return false;
  }
  if (conversation.is_closed) {
    stream.release();
    return false;
  }
  close_when_done(conversation);
  conversation.wakes = next_wake(conversation, now);
  return true;
}

void SimClient::read(Conversation& conversation, base::Instant now) {
  if (conversation.may_read > now) return;
  const Pacing& pacing = conversation.plan.reading;
  const size_t most = conversation.is_closed ? kNoBound : bytes_at_once(pacing);
  const std::string bytes = take_received(conversation.stream, most);
  if (bytes.empty()) return;
  conversation.reader.feed(bytes);
  conversation.bytes_moved += bytes.size();
  conversation.moved = now;
  if (pacing.bytes != 0) conversation.may_read = now + pacing.pause;
}

void SimClient::take_answers(Conversation& conversation, base::Instant now) {
  const std::vector<ExchangePlan>& exchanges = conversation.plan.exchanges;
  const bool is_read = conversation.stream.received().empty();
  const bool is_over = is_read && (conversation.stream.peer_closed() || conversation.is_closed);
  if (is_over) conversation.reader.end();
  while (conversation.answered < exchanges.size()) {
    const auto response = conversation.reader.next();
    if (!response) break;
    judge(conversation, *response);
    ++conversation.answered;
    conversation.may_ask = now + conversation.plan.think;
  }
  if (!is_over || conversation.answered == exchanges.size()) return;
  judge_missing(conversation);
  conversation.answered = exchanges.size();
  conversation.output.clear();
}

void SimClient::ask(Conversation& conversation, base::Instant now) {
  const ConversationPlan& plan = conversation.plan;
  const bool is_pipelined = plan.order == ConversationPlan::Order::Pipelined;
  while (conversation.asked < plan.exchanges.size() && conversation.may_ask <= now) {
    if (!is_pipelined && conversation.asked > conversation.answered) return;
    conversation.output += request_text(plan.exchanges[conversation.asked++]);
  }
}

void SimClient::write(Conversation& conversation, base::Instant now) {
  if (conversation.output.empty() || conversation.may_write > now || conversation.is_closing) {
    return;
  }
  const Pacing& pacing = conversation.plan.writing;
  const size_t count =
      write_some(conversation.stream, conversation.output, bytes_at_once(pacing), node_.pool);
  if (count == 0) return;
  conversation.bytes_moved += count;
  conversation.moved = now;
  if (pacing.bytes != 0) conversation.may_write = now + pacing.pause;
}

void SimClient::close_when_done(Conversation& conversation) {
  if (conversation.is_closing) return;
  const ConversationPlan& plan = conversation.plan;
  if (plan.ending == Ending::Idle && !conversation.stream.peer_closed()) return;
  const bool is_answered = conversation.answered == plan.exchanges.size();
  const bool is_said = conversation.asked == plan.exchanges.size() && conversation.output.empty();
  if (!is_answered && !(plan.ending == Ending::HalfClose && is_said)) return;
  conversation.is_closing = true;
  conversation.stream.close();
}

bool SimClient::wants_reset(const Conversation& conversation) {
  return conversation.plan.ending == Ending::Reset &&
         conversation.bytes_moved >= conversation.plan.reset_after;
}

// Events of TCP wake it by themselves.
base::Instant SimClient::next_wake(const Conversation& conversation, base::Instant now) {
  base::Instant next = base::Instant::never();
  const auto wake_at = [&](base::Instant at) {
    if (at > now) next = base::earlier(next, at);
  };
  tcp::Stream stream = conversation.stream;
  if (!stream.is_established()) return next;
  if (conversation.asked < conversation.plan.exchanges.size()) wake_at(conversation.may_ask);
  if (!stream.received().empty()) wake_at(conversation.may_read);
  if (!conversation.output.empty()) wake_at(conversation.may_write);
  // Without a buffer there is no event to wait for.
  const bool lacks_buffers = !conversation.output.empty() && conversation.may_write <= now &&
                             !conversation.is_closing && stream.write_space() > 0;
  if (lacks_buffers) wake_at(now + base::Duration::from_ms(1));
  return next;
}

bool SimClient::is_refusal(const HttpMessage& response) const {
  const auto reason = response.fields.find("penstock-reason");
  return ports_ == Ports::Scarce && response.status() == 503 && !response.is_cut_short &&
         reason != response.fields.end() && reason->second == "source_ports_exhausted";
}

void SimClient::judge(Conversation& conversation, const HttpMessage& response) {
  const ExchangePlan& exchange = conversation.plan.exchanges[conversation.answered];
  ++answers_;
  body_bytes_ += response.body.size();
  if (is_refusal(response)) {
    ++refusals_;
    const auto persistence = response.fields.find("connection");
    conversation.is_refused |=
        persistence != response.fields.end() && persistence->second == "close";
    return;
  }
  const bool is_error = is_error_of_ours(response);
  const bool may_fail = conversation.judgement == Judgement::Tolerant ||
                        exchange.answer == ExchangePlan::Answer::DieHalfway;
  if (response.is_cut_short && conversation.plan.ending == Ending::Reset) return;
  if (may_fail && (is_error || response.is_cut_short)) return judge_failure(exchange, response);
  judge_whole(exchange, response);
}

void SimClient::judge_failure(const ExchangePlan& exchange, const HttpMessage& response) {
  ++failures_;
  if (is_error_of_ours(response) || response.start_line.empty()) return;
  const KeyedBody wanted(exchange.id, KeyedBody::Side::Response);
  const size_t agrees = wanted.agrees_for(response.body);
  if (agrees != response.body.size()) {
    complain(exchange, "wrong from byte " + std::to_string(agrees) + " on, before it was cut");
  }
}

void SimClient::judge_whole(const ExchangePlan& exchange, const HttpMessage& response) {
  const auto reason = response.fields.find("penstock-reason");
  if (response.is_cut_short) {
    return complain(exchange, "cut short after " + std::to_string(response.body.size()));
  }
  if (exchange.answer == ExchangePlan::Answer::ByRule) {
    if (response.status() != 403 || !response.body.empty()) {
      complain(exchange, "answered " + std::to_string(response.status()) + " against the rule");
    }
    ++successes_;
    return;
  }
  if (response.status() != 200) {
    return complain(exchange, "status " + std::to_string(response.status()) + " " +
                                  (reason == response.fields.end() ? "" : reason->second));
  }
  if (exchange.answer == ExchangePlan::Answer::DieHalfway) {
    return complain(exchange, "whole, though the backend died halfway");
  }
  const auto id = response.fields.find("x-exchange");
  if (id == response.fields.end() || id->second != std::to_string(exchange.id)) {
    return complain(exchange, "the answer to another exchange");
  }
  const KeyedBody wanted(exchange.id, KeyedBody::Side::Response);
  const size_t agrees = wanted.agrees_for(response.body);
  if (response.body.size() != exchange.answer_bytes || agrees != response.body.size()) {
    return complain(exchange, std::to_string(response.body.size()) + " bytes, right up to byte " +
                                  std::to_string(agrees));
  }
  ++successes_;
  const auto backend = response.fields.find("x-backend");
  if (backend != response.fields.end()) ++by_backend_[backend->second];
}

void SimClient::judge_missing(const Conversation& conversation) {
  const ConversationPlan& plan = conversation.plan;
  for (size_t i = conversation.answered; i < plan.exchanges.size(); ++i) {
    const bool may_fail = conversation.judgement == Judgement::Tolerant ||
                          conversation.is_refused ||
                          plan.exchanges[i].answer == ExchangePlan::Answer::DieHalfway;
    if (may_fail) {
      ++failures_;
    } else {
      complain(plan.exchanges[i], "never answered");
    }
  }
}

void SimClient::judge_stuck(const Conversation& conversation, base::Instant now) {
  const size_t wanted = conversation.plan.exchanges.size();
  if (conversation.judgement == Judgement::Tolerant) {
    failures_ += wanted - conversation.answered;
    return;
  }
  complaints_.push_back("stuck: " + conversation.stream.local().format() + ": " +
                        std::to_string(conversation.answered) + " of " + std::to_string(wanted) +
                        " answered, " + std::to_string(conversation.output.size()) +
                        " bytes to write, still for " +
                        std::to_string((now - conversation.moved).ms()) + " ms" +
                        (conversation.is_closing ? ", closing" : ""));
}

void SimClient::complain(const ExchangePlan& exchange, const std::string& what) {
  complaints_.push_back("exchange " + std::to_string(exchange.id) + " (" + target_of(exchange) +
                        "): " + what);
}

}  // namespace penstock::testing
