// SPDX-License-Identifier: Apache-2.0
//
// Whether one message explains another: what an origin got what a client said, what a client got
// what an origin said; by the shape of the world, message for message and byte for byte.
// It knows nothing of connections, order or time: exchange_witness does.
// Pure functions. What they do not allow must not have been forwarded; what they allow may be
// refused all the same.
#pragma once

#include <optional>
#include <string>

#include "tests/fuzz/exchange_shape.h"
#include "tests/fuzz/strict_http.h"

namespace penstock::fuzz {

// The target that origins get for it; nullopt: none may get it.
std::optional<std::string> forwarded_target(const StrictMessage& request,
                                            const ExchangeShape& shape);
bool has_request_body(const StrictMessage& request);
// Whether it may turn its connection into a tunnel.
bool may_upgrade(const StrictMessage& request, const ExchangeShape& shape);
// Nobody has a reason to refuse it for what it says.
bool is_flawless(const StrictMessage& request, const ExchangeShape& shape);
// Two readers may disagree on it: no other request may share its connections.
bool must_be_alone(const StrictMessage& request, const ExchangeShape& shape);

// Empty: the one explains the other. Else: why it does not.
std::string why_not_request(const StrictMessage& said, const StrictMessage& got,
                            const ExchangeShape& shape);
// `request` is the one that is answered.
std::string why_not_response(const StrictMessage& said, const StrictMessage& got,
                             const StrictMessage& request, const ExchangeShape& shape);

}  // namespace penstock::fuzz
