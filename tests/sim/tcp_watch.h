// SPDX-License-Identifier: Apache-2.0
//
// TcpWatch: an onlooker who sees every segment leave and arrive, and says what no TCP may do,
// whatever was lost in between. It knows nothing of the stack's inside and shares no code with it.
// It judges each direction of each connection: bytes never change when they are sent again,
// fit the window and the segment size that the peer has granted, and stop at FIN; ACKs
// never go back and, like SACK blocks, cover only what has arrived; windows never shrink; time
// stamps echo what has arrived.
// Single-threaded. RFC 9293 3.4-3.10, RFC 2018 4, RFC 2883 4, RFC 7323 2 and 3.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/byte_ranges.h"
#include "tests/sim/sent_text.h"
#include "tests/sim/wire_view.h"

namespace penstock::testing {

class TcpWatch {
 public:
  // How many packets a segment's sender says it has discarded on their way to the wire.
  using LostInside = std::function<uint64_t(base::IpAddress source)>;
  explicit TcpWatch(LostInside lost_inside) : lost_inside_(std::move(lost_inside)) {}

  void on_sent(const TcpView& segment);
  void on_arrived(const TcpView& segment);

  uint64_t segments() const noexcept { return segments_; }
  const std::vector<std::string>& complaints() const noexcept { return complaints_; }

 private:
  // One direction: what `source` has said to `destination`. Offsets count bytes behind the SYN.
  struct Flow {
    std::vector<uint32_t> isns;    // of its SYNs; SYN cookies may choose another each time
    std::optional<uint32_t> base;  // the sequence number of offset 0, once a byte or ACK tells
    std::optional<uint16_t> mss;   // of its SYN
    std::optional<uint8_t> window_scale;
    bool has_timestamps = false;
    bool follows_another = false;  // of which the peer may still speak
    bool has_predecessor = false;  // of which segments may still be on their way
    bool is_of_another = false;    // the peer has opened again, and this end does not know it yet
    uint64_t lost_inside = 0;      // by its host, when the SYN was seen
    SentText text;
    std::optional<uint64_t> fin_at;
    // What the other side has told it.
    uint64_t granted = 0;  // the right edge of the window
    bool hears_timestamps = false;
    // What the other side has heard.
    ByteRanges arrived;
    bool fin_arrived = false;
    std::set<uint32_t> stamps_arrived;
    // What it has said of the other direction.
    std::optional<uint64_t> acknowledged;
    std::optional<uint64_t> offered;  // the right edge of its window
  };
  using FlowKey = std::pair<base::Endpoint, base::Endpoint>;

  struct Both {
    Flow& own;
    Flow& other;
  };
  Both flows_of(const TcpView& segment);

  void on_syn_sent(const TcpView& segment, Both flows);
  void check_base(const TcpView& segment, Flow& flow);
  void check_text(const TcpView& segment, Both flows);
  void check_acknowledgment(const TcpView& segment, Both flows);
  void check_blocks(const TcpView& segment, const Flow& other);
  void check_timestamps(const TcpView& segment, Both flows);
  void complain(const TcpView& segment, const std::string& what);

  LostInside lost_inside_;
  std::map<FlowKey, Flow> flows_;
  std::vector<std::string> complaints_;
  uint64_t segments_ = 0;
};

}  // namespace penstock::testing
