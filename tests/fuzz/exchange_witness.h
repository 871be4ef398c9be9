// SPDX-License-Identifier: Apache-2.0
//
// ExchangeWitness: has seen all that clients and backends said and got, and knows what the proxy
// may have made of it. What it does not allow is a failed CHECK. Invariants:
// (1) backends get well-formed requests, each of which a client's message explains, whose address
// is named with it; a connection that serves one request gets one, behind one PROXY header;
// (2) what may harm when it is done twice is done once, and the rest once for each backend;
// (3) each client gets well-formed responses in the order of its messages, each the proxy's own or
// explained by what a backend answered to that very message, and no more than it had exchanges, and
// no 400 where nothing was wrong; (4) behind a 101 that was asked for come the bytes of the other
// side, and no other bytes do; (5) who does not say who he is where that is required gets nothing
// and asks nobody.
#pragma once

#include <string>
#include <vector>

#include "dataplane/proxy/access_record.h"
#include "tests/fuzz/exchange_shape.h"
#include "tests/fuzz/proxy_header_text.h"
#include "tests/fuzz/strict_http.h"
#include "tests/support/peer_connection.h"

namespace penstock::fuzz {

// Of one connection, as its peer has it.
struct Transcript {
  testing::PeerConnection* peer = nullptr;
  std::string sent;
  bool has_closed = false;  // behind that, and nothing was taken back
};

class ExchangeWitness {
 public:
  ExchangeWitness(const ExchangeShape& shape, const std::vector<Transcript>& clients,
                  const std::vector<Transcript>& backends,
                  const std::vector<proxy::AccessRecord>& records);
  void check();

 private:
  struct Client {
    const Transcript* transcript;
    bool is_heard = false;  // it said who it is, or need not
    ConnectionEnds ends;
    StrictStream said;
    StrictStream got;
    std::vector<const proxy::AccessRecord*> records;
  };
  struct Backend {
    const Transcript* transcript;
    StrictStream got;
    StrictStream said;
  };
  // A client's message that a backend got: one of these for each time.
  struct Delivery {
    size_t client;
    size_t message;
    size_t backend;
    size_t request;
  };

  void hear_client(const Transcript& transcript);
  void hear_backend(const Transcript& transcript);
  void match_records(Client& client);

  void check_backend(size_t index);
  void check_request(size_t index, size_t request, std::string_view header);
  void check_client(size_t index);
  void check_response(size_t index, const StrictMessage& response, size_t message);
  void check_records(const Client& client) const;
  void check_deliveries() const;
  bool has_namesake(const Client& client) const;

  std::string why_not_from(size_t client, const StrictMessage& said, const StrictMessage& got,
                           std::string_view header) const;
  std::string why_not_answer(const Delivery& delivery, const StrictMessage& response) const;

  const ExchangeShape& shape_;
  const std::vector<proxy::AccessRecord>& records_;
  std::vector<Client> clients_;
  std::vector<Backend> backends_;
  std::vector<Delivery> deliveries_;
};

}  // namespace penstock::fuzz
