// SPDX-License-Identifier: Apache-2.0
//
// The initial sequence number of a connection: a clock of 64 nanoseconds plus a secret that depends
// on the connection, so that numbers of one pair of endpoints rise and nobody else can guess them.
// Any thread.
// RFC 6528 3, RFC 9293 3.4.1.
#pragma once

#include "dataplane/base/random.h"
#include "dataplane/base/time.h"
#include "dataplane/tcp/flow_key.h"
#include "dataplane/tcp/seq.h"

namespace penstock::tcp {

Seq initial_sequence(const FlowKey& flow, base::SecretKey key, base::Instant now) noexcept;

}  // namespace penstock::tcp
