// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/exchange_witness.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "dataplane/http/reason.h"
#include "tests/fuzz/forwarding_judge.h"
#include "tests/fuzz/fuzz_trace.h"
#include "tests/fuzz/request_names.h"
#include "tests/support/packet_builder.h"

namespace penstock::fuzz {
namespace {

using http::ReplyReason;

constexpr std::string_view kReasonField = "penstock-reason";

base::Endpoint proxy_endpoint() { return testing::endpoint("10.0.0.1", testing::kProxyPort); }

std::vector<std::string> methods_of(const StrictStream& requests) {
  std::vector<std::string> methods;
  for (const StrictMessage& request : requests.messages) methods.emplace_back(request.method());
  return methods;
}

// The place among final responses of the 101 behind which a tunnel begins; nothing: none does.
std::optional<size_t> tunnel_at(const StrictStream& responses) {
  if (responses.messages.empty() || !responses.messages.back().is_whole ||
      responses.messages.back().status() != 101) {
    return std::nullopt;
  }
  return std::count_if(responses.messages.begin(), responses.messages.end() - 1,
                       [](const StrictMessage& message) { return !message.is_interim(); });
}

bool is_harmless_twice(std::string_view method) {
  constexpr std::array<std::string_view, 6> kMethods = {"GET",   "HEAD", "OPTIONS",
                                                        "TRACE", "PUT",  "DELETE"};
  return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

// The bytes of a stream behind one of its messages.
std::string_view behind(const StrictMessage& message, std::string_view stream) {
  const char* const end = message.bytes.data() + message.bytes.size();
  return stream.substr(static_cast<size_t>(end - stream.data()));
}

// Whoever the client says that it speaks for, its own address is behind them (RFC 7239 is off).
std::string forwarded_for(const StrictMessage& said, const ConnectionEnds& ends) {
  std::string list;
  for (const auto& [name, value] : said.fields) {
    if (name == "x-forwarded-for" && !value.empty()) list += std::string(value) + ", ";
  }
  return list + ends.client.address.format();
}

// Requests are announced to backends so.
std::string header_for(const ConnectionEnds& ends, const ExchangeShape& shape) {
  switch (shape.announce_client) {
    case proxy::AnnounceClient::No:
      break;
    case proxy::AnnounceClient::V1:
      return written_v1(ends);
    case proxy::AnnounceClient::V2:
      return written_v2(ends);
  }
  return {};
}

}  // namespace

ExchangeWitness::ExchangeWitness(const ExchangeShape& shape, const std::vector<Transcript>& clients,
                                 const std::vector<Transcript>& backends,
                                 const std::vector<proxy::AccessRecord>& records)
    : shape_(shape), records_(records) {
  for (const Transcript& transcript : clients) hear_client(transcript);
  for (const Transcript& transcript : backends) hear_backend(transcript);
}

void ExchangeWitness::check() {
  for (size_t index = 0; index < backends_.size(); ++index) check_backend(index);
  for (size_t index = 0; index < clients_.size(); ++index) check_client(index);
  check_deliveries();
}

void ExchangeWitness::hear_client(const Transcript& transcript) {
  Client& client = clients_.emplace_back();
  client.transcript = &transcript;
  client.ends = {transcript.peer->local(), proxy_endpoint()};
  std::string_view stream = transcript.sent;
  client.is_heard = shape_.proxy_header == proxy::ProxyHeader::None;
  if (!client.is_heard) {
    const ReadHeader header = read_proxy_header(stream);
    client.is_heard = header.is_there;
    if (header.ends) client.ends = *header.ends;
    stream.remove_prefix(header.bytes);
  }
  if (!client.is_heard) return;
  match_records(client);
  std::vector<std::string> methods;
  for (const proxy::AccessRecord* record : client.records) {
    methods.emplace_back(record->method.view());
  }
  client.got = read_responses(transcript.peer->received(), Speaker::Product, methods,
                              transcript.peer->peer_closed() ? StreamEnd::Closed : StreamEnd::Open);
  const auto tunnel = tunnel_at(client.got);
  client.said = read_requests(stream, Speaker::Peer, tunnel ? *tunnel + 1 : kAllMessages);
}

void ExchangeWitness::match_records(Client& client) {
  for (const proxy::AccessRecord& record : records_) {
    if (record.client == client.ends.client) client.records.push_back(&record);
  }
}

void ExchangeWitness::hear_backend(const Transcript& transcript) {
  Backend& backend = backends_.emplace_back();
  backend.transcript = &transcript;
  std::string_view stream = transcript.peer->received();
  if (shape_.announces()) stream.remove_prefix(read_proxy_header(stream).bytes);
  backend.got = read_requests(stream, Speaker::Product);
  backend.said = read_responses(transcript.sent, Speaker::Peer, methods_of(backend.got),
                                transcript.has_closed ? StreamEnd::Closed : StreamEnd::Open);
  const auto tunnel = tunnel_at(backend.said);
  if (!tunnel || *tunnel >= backend.got.messages.size()) return;
  const StrictMessage& upgraded = backend.got.messages[*tunnel];
  if (upgraded.is_whole && upgraded.offers_upgrade()) {
    backend.got = read_requests(stream, Speaker::Product, *tunnel + 1);
  }
}

void ExchangeWitness::check_backend(size_t index) {
  const Backend& backend = backends_[index];
  const std::string_view stream = backend.transcript->peer->received();
  require_none(backend.got.fault, "what a backend got");
  std::string_view header;
  if (shape_.announces() && !stream.empty()) {
    header = stream.substr(0, read_proxy_header(stream).bytes);
    const auto is_announced = [&](const Client& client) {
      const std::string expected = header_for(client.ends, shape_);
      return header.empty() ? expected.starts_with(stream) : expected == header;
    };
    CHECK(std::any_of(clients_.begin(), clients_.end(), is_announced));
    if (header.empty()) return;
  }
  const auto& requests = backend.got.messages;
  CHECK(!shape_.reuses_nothing() || requests.size() <= 1);
  for (size_t request = 0; request < requests.size(); ++request) {
    if (requests[request].has_head) check_request(index, request, header);
  }
}

void ExchangeWitness::check_request(size_t index, size_t request, std::string_view header) {
  const Backend& backend = backends_[index];
  const StrictMessage& got = backend.got.messages[request];
  const bool is_last = request + 1 == backend.got.messages.size();
  std::string why = "nobody said it";
  bool is_explained = false;
  for (size_t client = 0; client < clients_.size(); ++client) {
    const auto& messages = clients_[client].said.messages;
    for (size_t message = 0; message < messages.size(); ++message) {
      const StrictMessage& said = messages[message];
      std::string why_not = why_not_from(client, said, got, header);
      if (why_not.empty() && must_be_alone(said, shape_) && !is_last) why_not = "not the last";
      const std::string_view tunnel = is_last ? backend.got.rest : std::string_view();
      if (why_not.empty() && !behind(said, clients_[client].transcript->sent).starts_with(tunnel)) {
        why_not = "another tunnel";
      }
      if (why_not.empty()) {
        is_explained = true;
        deliveries_.push_back({client, message, index, request});
      } else if (!names_in(got.target()).empty() &&
                 names_in(got.target()) == names_in(said.target())) {
        why = why_not;
      }
    }
  }
  require_none(is_explained ? "" : why, got.bytes);
}

std::string ExchangeWitness::why_not_from(size_t client, const StrictMessage& said,
                                          const StrictMessage& got, std::string_view header) const {
  const ConnectionEnds& ends = clients_[client].ends;
  for (const std::string& name : names_in(got.target())) {
    if (client_of(name) != client) return "another client's";
  }
  if (!header.empty() && header != header_for(ends, shape_)) return "another PROXY header";
  const bool is_from_there = got.value("x-forwarded-for") == forwarded_for(said, ends) &&
                             got.value("x-forwarded-port") == std::to_string(ends.server.port) &&
                             got.count("x-forwarded-for") == 1;
  if (!is_from_there) return "another client's address";
  return why_not_request(said, got, shape_);
}

void ExchangeWitness::check_client(size_t index) {
  const Client& client = clients_[index];
  if (!client.is_heard) {
    CHECK(client.transcript->peer->received().empty());
    return;
  }
  if (has_namesake(client)) return;
  require_none(client.got.fault, "what a client got");
  check_records(client);
  size_t finals = 0;
  bool has_ended = false;
  for (const StrictMessage& response : client.got.messages) {
    trace("response", response.bytes);
    CHECK(!has_ended);
    if (!response.has_head) continue;
    CHECK(finals < client.records.size());
    check_response(index, response, finals);
    if (response.is_interim()) continue;
    ++finals;
    has_ended = response.value("connection") == "close";
  }
}

// Whose a record is cannot be told when somebody else says that he is the same.
bool ExchangeWitness::has_namesake(const Client& client) const {
  return std::any_of(clients_.begin(), clients_.end(), [&client](const Client& other) {
    return &other != &client && other.is_heard && other.ends.client == client.ends.client;
  });
}

// One for each message, the last of which may be unfinished or wrong.
void ExchangeWitness::check_records(const Client& client) const {
  const auto& messages = client.said.messages;
  CHECK(client.records.size() <= messages.size());
  for (size_t i = 0; i < client.records.size(); ++i) {
    const proxy::AccessRecord& record = *client.records[i];
    // One without a method was refused before its head was read.
    const bool is_unread = record.method.view().empty() && record.reason != ReplyReason::None;
    const bool is_same = record.method.view() == messages[i].method() || record.method.is_cut();
    CHECK(is_unread || !messages[i].has_head || is_same);
    const bool is_refused_as_wrong =
        record.reason != ReplyReason::None && http::reply_status(record.reason) == 400;
    CHECK(!is_refused_as_wrong || !is_flawless(messages[i], shape_));
    const bool is_last = i + 1 == client.records.size();
    CHECK(is_last || (messages[i].is_whole && !must_be_alone(messages[i], shape_)));
  }
}

void ExchangeWitness::check_response(size_t index, const StrictMessage& response, size_t message) {
  const Client& client = clients_[index];
  const StrictMessage& said = client.said.messages[message];
  const proxy::AccessRecord& record = *client.records[message];
  CHECK(response.is_interim() || record.status == response.status());
  if (response.has(kReasonField)) {
    CHECK(response.value(kReasonField) == http::reply_text(record.reason));
    const uint16_t status = http::reply_status(record.reason);
    const bool depends = record.reason == ReplyReason::MaxForwardsReached;
    CHECK(depends ? response.status() == 200 || response.status() == 501
                  : response.status() == status);
    CHECK(names_in(response.bytes).empty());
    return;
  }
  const bool gathers = shape_.request_buffer_bytes > 0 && has_request_body(said);
  const bool may_be_ours = gathers && said.has("expect") && said.version() == "HTTP/1.1";
  if (may_be_ours && response.bytes == "HTTP/1.1 100 Continue\r\n\r\n") return;
  const auto own = names_in(said.target());
  // In a field, or in what the backend said as a body.
  const std::string answered = std::string(response.value("x-for")) + response.payload();
  for (const std::string& name : names_in(answered)) {
    CHECK(std::find(own.begin(), own.end(), name) != own.end());
  }
  std::string why = "no backend was asked";
  for (const Delivery& delivery : deliveries_) {
    if (delivery.client != index || delivery.message != message || why.empty()) continue;
    why = why_not_answer(delivery, response);
  }
  require_none(why, response.bytes);
}

std::string ExchangeWitness::why_not_answer(const Delivery& delivery,
                                            const StrictMessage& response) const {
  const Backend& backend = backends_[delivery.backend];
  const Client& client = clients_[delivery.client];
  const StrictMessage& request = client.said.messages[delivery.message];
  std::string why = "it has not been answered";
  size_t finals = 0;
  for (const StrictMessage& said : backend.said.messages) {
    const bool is_candidate =
        finals == delivery.request && said.is_interim() == response.is_interim();
    finals += said.is_interim() ? 0 : 1;
    if (!is_candidate) continue;
    why = why_not_response(said, response, request, shape_);
    const bool is_tunnel = response.status() == 101;
    if (why.empty() && is_tunnel && !backend.said.rest.starts_with(client.got.rest)) {
      why = "another tunnel";
    }
    if (why.empty()) return {};
  }
  return why;
}

void ExchangeWitness::check_deliveries() const {
  std::map<std::pair<size_t, size_t>, size_t> times;
  for (const Delivery& delivery : deliveries_) {
    const StrictMessage& got = backends_[delivery.backend].got.messages[delivery.request];
    // Without a name, two messages may have been one or the other.
    if (!names_in(got.target()).empty()) ++times[{delivery.client, delivery.message}];
  }
  const size_t stale = shape_.reuses_nothing() ? 0 : 1;
  for (const auto& [which, count] : times) {
    const StrictMessage& said = clients_[which.first].said.messages[which.second];
    const size_t most = is_harmless_twice(said.method()) ? shape_.backend_ports.size() + stale : 1;
    CHECK(count <= most);
    const Client& client = clients_[which.first];
    const bool is_recorded = which.second < client.records.size() && !has_namesake(client);
    CHECK(!is_recorded || count <= client.records[which.second]->tries);
  }
}

}  // namespace penstock::fuzz
