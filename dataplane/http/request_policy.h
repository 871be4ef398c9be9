// SPDX-License-Identifier: Apache-2.0
//
// How strictly requests are read: what an operator decides about them in the group `http` of the
// configuration. compliance.h and normal_path.h act on it.
// Plain values, part of a snapshot.
#pragma once

#include <cstdint>

namespace penstock::http {

// Named as managed load balancers name their desync mitigation modes.
enum class Mode : uint8_t {
  Monitor,    // forwards all that has one safe reading, and counts it
  Defensive,  // refuses what is suspect
  Strictest,  // refuses every deviation
};

// Field names with "_".
enum class Underscores : uint8_t { Drop, Refuse, Forward };

// "//" in a path.
enum class DuplicateSlashes : uint8_t { Merge, Keep };

// "%2F" and "%5C" in a path: they stay what they are, end the request, or become "/" and "\".
enum class EncodedSlash : uint8_t { Keep, Refuse, Decode };

struct PathPolicy {
  DuplicateSlashes duplicate_slashes = DuplicateSlashes::Merge;
  EncodedSlash encoded_slash = EncodedSlash::Refuse;
};

// The path that backends get. Rules see the normal one always.
enum class SentPath : uint8_t { Normalized, Received };

struct RequestPolicy {
  Mode mode = Mode::Defensive;
  Underscores underscores = Underscores::Drop;
  SentPath sent_path = SentPath::Normalized;
  PathPolicy path = {};
};

}  // namespace penstock::http
