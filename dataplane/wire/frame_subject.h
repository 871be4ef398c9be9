// SPDX-License-Identifier: Apache-2.0
//
// What a frame is about, told before anybody judges it: the TCP flow that it belongs to or reports
// on, news of neighbours, or nothing that one worker owns. It is for choosing who looks at a frame,
// so it verifies no checksum and refuses nothing: what is malformed is about nothing, and whoever
// receives it counts it.
// Called by nic/ (which queue) and worker/ (which worker). Any thread; pure.
// RFC 894, IEEE 802.1Q (one tag), RFC 791, RFC 8200 4, RFC 792, RFC 4443, RFC 826, RFC 4861.
#pragma once

#include <cstdint>

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"

namespace penstock::wire {

struct FrameSubject {
  enum class Kind : uint8_t {
    Other,
    Segment,    // of TCP, for us
    Opening,    // the same, and a SYN that answers none
    Report,     // an ICMP error that quotes a segment of ours
    Neighbors,  // ARP answers and announcements, neighbour and router advertisements
  };
  Kind kind = Kind::Other;
  // Of the first three. Local is ours, if the frame is for us at all.
  base::Endpoint remote = {};
  base::Endpoint local = {};
};

FrameSubject frame_subject(base::ByteSpan frame) noexcept;

}  // namespace penstock::wire
