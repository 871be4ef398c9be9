// SPDX-License-Identifier: Apache-2.0
//
// What a message says on its way out beyond what it said when it came: framing, persistence, where
// it came from, and which fields stay behind. Nothing here belongs to a version of the protocol;
// each writes the same edits in its own syntax.
// Filled by the proxy, read by codec.h and the writers below it, within one call: the texts are
// views of what the proxy holds.
// RFC 9110 7.6 (forwarding), 7.8 (Upgrade), 10.1.1 (Expect).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/http/client_address.h"
#include "dataplane/http/forwarding_policy.h"
#include "dataplane/http/framing.h"
#include "dataplane/http/http_version.h"
#include "dataplane/http/method.h"
#include "dataplane/http/semantics.h"

namespace penstock::http {

// Whether Connection nominates fields that must not be forwarded: known to who has read it already.
enum class Nominations : uint8_t { Unknown, None, Some };
inline Nominations nominations_of(const ConnectionOptions& options) noexcept {
  return options.nominates ? Nominations::Some : Nominations::None;
}

enum class ExpectField : uint8_t { Forward, Remove };
// Forwarded with the Connection option that goes with it (RFC 9110 7.8).
enum class UpgradeField : uint8_t { Forward, Remove };

// What a request tells a backend of where it came from.
struct OriginEdits {
  XForwarded x_forwarded = XForwarded::Append;
  Addition forwarded = Addition::Omit;
  Trust peer_trust = Trust::Untrusted;
  std::string_view peer_address = {};    // Who opened the connection; no brackets around IPv6.
  std::string_view client_address = {};  // Whom we take for the client, see client_address.h.
  std::string_view proto = {};           // "http" or "https".
  uint16_t port = 0;                     // Of the listener.
  std::string_view via_name = {};        // Empty: no Via of ours.
  std::string_view request_id = {};      // Empty: a received one travels on as it came.
};

// What a request says upstream beyond what the client sent.
struct RequestEdits {
  Framing framing;
  std::string_view path = {};  // Instead of the received one, unless empty.
  OriginEdits origin = {};
  Persistence persistence = Persistence::KeepAlive;
  Nominations nominations = Nominations::Unknown;
  ExpectField expect = ExpectField::Forward;
  UpgradeField upgrade = UpgradeField::Remove;
  std::optional<uint32_t> max_forwards = std::nullopt;  // Instead of the received one.
};

// What a response says downstream beyond what the backend sent.
struct ResponseEdits {
  Framing framing;  // See Codec::response_framing().
  Method request_method = Method::Get;
  Version client_version = Version::Http11;
  Persistence persistence = Persistence::KeepAlive;
  Nominations nominations = Nominations::Unknown;
  std::string_view via_name = {};    // Empty: no Via of ours.
  std::string_view request_id = {};  // Empty: a received one travels on as it came.
  std::string_view date = {};        // When it was received, for one that does not say itself.
};

}  // namespace penstock::http
