// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_client.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "dataplane/base/check.h"
#include "tests/sim/sim_peer.h"

namespace penstock::testing {

namespace {

std::string text_of(const SimRequest& request) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: sim.example\r\n";
  const std::string body = patterned_body(request.body_bytes);
  switch (request.body_kind) {
    case SimRequest::Body::None:
      return text + "\r\n";
    case SimRequest::Body::Length:
      return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    case SimRequest::Body::Chunked:
      break;
  }
  // Two chunks, whatever the size.
  text += "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string& part : {body.substr(0, body.size() / 2), body.substr(body.size() / 2)}) {
    char line[20];
    std::snprintf(line, sizeof line, "%zX\r\n", part.size());
    text += line + part + "\r\n";
  }
  return text + "0\r\n\r\n";
}

}  // namespace

SimClient::~SimClient() {
  for (auto& [id, conversation] : open_) conversation.stream.release();
}

void SimClient::converse(std::vector<SimRequest> requests, Pace pace, base::Instant now) {
  const uint32_t id = next_++;
  auto stream = node_.stack.connect(server_, {tcp::StreamUser::Kind::Upstream, id}, now);
  CHECK(stream.ok());
  Conversation& conversation = open_[id];
  conversation.stream = *stream;
  conversation.requests = std::move(requests);
  conversation.pace = pace;
}

void SimClient::turn(base::Instant now) {
  node_.receive(now);
  while (const auto ready = node_.stack.take_ready()) on_ready(*ready);
  node_.send(now);
}

void SimClient::on_ready(const tcp::Ready& ready) {
  const auto found = open_.find(ready.user.index);
  CHECK(found != open_.end());
  Conversation& conversation = found->second;
  tcp::Stream stream = conversation.stream;
  conversation.reader.feed(take_received(stream));
  if (stream.peer_closed() || ready.closed) conversation.reader.end();
  while (conversation.answered < conversation.requests.size()) {
    const auto response = conversation.reader.next();
    if (!response) break;
    judge(conversation.requests[conversation.answered++], *response);
  }
  const bool is_complete = conversation.answered == conversation.requests.size();
  const bool is_over = stream.peer_closed() || ready.closed;
  if (is_over && !is_complete) {
    const SimRequest& next = conversation.requests[conversation.answered];
    if (next.answer == SimRequest::Answer::Whole) complain(next, "never answered");
    conversation.answered = conversation.requests.size();
  }
  if (!is_over && stream.is_established()) send_requests(conversation);
  if ((is_complete || is_over) && !conversation.is_closing && !ready.closed) {
    conversation.is_closing = true;
    stream.close();
  }
  if (ready.closed) {
    stream.release();
    open_.erase(found);
  }
}

void SimClient::send_requests(Conversation& conversation) {
  const size_t may_send = conversation.pace == Pace::Pipelined ? conversation.requests.size()
                                                               : conversation.answered + 1;
  while (conversation.sent < std::min(may_send, conversation.requests.size())) {
    conversation.output += text_of(conversation.requests[conversation.sent++]);
  }
  write_some(conversation.stream, conversation.output, node_.pool);
}

void SimClient::judge(const SimRequest& request, const HttpMessage& response) {
  ++answers_;
  const std::string body = patterned_body(request.answer_bytes);
  if (request.answer == SimRequest::Answer::MayBeCutShort) {
    if (response.status() == 502) return;
    if (!body.starts_with(response.body)) complain(request, "another body's beginning");
    if (!response.is_cut_short) complain(request, "a whole response of half a body");
    return;
  }
  if (response.is_cut_short) return complain(request, "cut short");
  if (response.status() != request.status) {
    const auto reason = response.fields.find("penstock-reason");
    return complain(request, "status " + std::to_string(response.status()) +
                                 (reason == response.fields.end() ? "" : " " + reason->second));
  }
  if (response.body != body) complain(request, "another body");
  const auto backend = response.fields.find("x-backend");
  if (backend != response.fields.end()) ++by_backend_[backend->second];
}

void SimClient::complain(const SimRequest& request, const std::string& what) {
  complaints_.push_back(request.method + " " + request.target + ": " + what);
}

}  // namespace penstock::testing
