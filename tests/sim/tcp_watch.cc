// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/tcp_watch.h"

#include <algorithm>
#include <utility>

namespace penstock::testing {

namespace {

constexpr uint16_t kDefaultMss = 536;

// How far `sequence` lies behind `base`; negative before it.
int64_t distance(uint32_t base, uint32_t sequence) { return static_cast<int32_t>(sequence - base); }

}  // namespace

TcpWatch::Both TcpWatch::flows_of(const TcpView& segment) {
  return {flows_[{segment.source, segment.destination}],
          flows_[{segment.destination, segment.source}]};
}

void TcpWatch::on_sent(const TcpView& segment) {
  ++segments_;
  // A reset may answer a stranger, whose numbers it repeats.
  if (segment.rst) return;
  const Both flows = flows_of(segment);
  if (segment.syn) return on_syn_sent(segment, flows);
  if (flows.own.is_of_another) return;
  check_base(segment, flows.own);
  if (!flows.own.base) return;
  check_text(segment, flows);
  check_acknowledgment(segment, flows);
  check_timestamps(segment, flows);
}

void TcpWatch::on_syn_sent(const TcpView& segment, Both flows) {
  std::vector<uint32_t>& isns = flows.own.isns;
  const bool is_new = std::find(isns.begin(), isns.end(), segment.sequence) == isns.end();
  if (is_new && !segment.ack) {
    const bool was_another = !flows.other.isns.empty() || flows.other.is_of_another;
    const bool has_predecessor = !isns.empty();
    flows.own = {};
    flows.own.has_predecessor = has_predecessor;
    flows.other = {};
    flows.other.has_predecessor = was_another;
    flows.other.is_of_another = was_another;
  } else if (is_new && flows.own.base) {
    // The connection is another one; what the peer said to it is for it to judge. The peer may go
    // on echoing what the last one has said.
    std::set<uint32_t> stamps = std::move(flows.own.stamps_arrived);
    flows.own = {};
    flows.own.follows_another = true;
    flows.own.stamps_arrived = std::move(stamps);
  }
  if (is_new) isns.push_back(segment.sequence);
  flows.own.is_of_another = false;
  flows.own.lost_inside = lost_inside_(segment.source.address);
  flows.own.mss = segment.mss;
  flows.own.window_scale = segment.window_scale;
  flows.own.has_timestamps = segment.timestamps.has_value();
  if (segment.ack) check_acknowledgment(segment, flows);
}

// The first segment behind a SYN tells which SYN it was. Those before it may have been lost inside
// its host, which then has counted them.
void TcpWatch::check_base(const TcpView& segment, Flow& flow) {
  constexpr uint32_t kFirstFlightBytesMax = 65'536;
  if (flow.base) return;
  for (const uint32_t isn : flow.isns) {
    if (segment.sequence == isn + 1) flow.base = isn + 1;
  }
  const bool has_lost = lost_inside_(segment.source.address) > flow.lost_inside;
  for (const uint32_t isn : flow.isns) {
    const bool may_follow = segment.sequence - (isn + 1) < kFirstFlightBytesMax;
    if (!flow.base && has_lost && may_follow) flow.base = isn + 1;
  }
  if (!flow.base) complain(segment, "does not begin behind its SYN");
}

void TcpWatch::check_text(const TcpView& segment, Both flows) {
  Flow& flow = flows.own;
  const int64_t at = distance(*flow.base, segment.sequence);
  const auto size = static_cast<int64_t>(segment.payload.size());
  // One before what was acknowledged: a keep-alive (RFC 9293 3.8.4), which carries nothing new.
  if (at < 0) {
    if (at != -1 || size > 1) complain(segment, "begins before its SYN");
    return;
  }
  const auto fin = flow.fin_at ? static_cast<int64_t>(*flow.fin_at) : -1;
  if (fin >= 0 && at == fin + 1 && size == 0) return;
  if (fin >= 0 && at + size > fin) return complain(segment, "goes beyond its FIN");
  if (!flow.text.put(static_cast<uint64_t>(at), base::as_text(segment.payload))) {
    complain(segment, "sends other bytes again");
  }
  // A probe of a closed window carries one byte more than is granted.
  if (size > 0 && static_cast<uint64_t>(at + size) > flow.granted + 1) {
    complain(segment, "goes beyond the window, which ends at " + std::to_string(flow.granted));
  }
  if (size > flows.other.mss.value_or(kDefaultMss)) complain(segment, "is larger than the MSS");
  if (!segment.fin) return;
  if (fin >= 0 && fin != at + size) complain(segment, "moves its FIN");
  flow.fin_at = static_cast<uint64_t>(at + size);
}

void TcpWatch::check_acknowledgment(const TcpView& segment, Both flows) {
  if (!segment.ack) return complain(segment, "has no ACK");
  Flow& other = flows.other;
  uint32_t base = other.base.value_or(segment.acknowledgment);
  if (!other.base) {
    const bool is_known =
        std::find(other.isns.begin(), other.isns.end(), base - 1) != other.isns.end();
    if (!is_known && other.follows_another) return;
    if (!is_known) return complain(segment, "acknowledges no SYN");
  }
  const int64_t to = distance(base, segment.acknowledgment);
  const uint64_t heard = other.arrived.prefix();
  const bool has_fin = other.fin_arrived && other.fin_at && *other.fin_at == heard;
  if (to < 0 || static_cast<uint64_t>(to) > heard + (has_fin ? 1 : 0)) {
    return complain(segment, "acknowledges " + std::to_string(to) + " of the " +
                                 std::to_string(heard) + " bytes that arrived");
  }
  Flow& own = flows.own;
  const auto acknowledged = static_cast<uint64_t>(to);
  if (acknowledged < own.acknowledged.value_or(0)) complain(segment, "takes an ACK back");
  own.acknowledged = std::max(acknowledged, own.acknowledged.value_or(0));
  const bool is_scaled = own.window_scale && other.window_scale && !segment.syn;
  const unsigned scale = is_scaled ? *own.window_scale : 0;
  const uint64_t edge = acknowledged + (uint64_t{segment.window} << scale);
  // More than the field holds cannot be said: a SYN that comes again is not scaled (RFC 7323 2.2).
  const uint64_t most = acknowledged + (uint64_t{UINT16_MAX} << scale);
  const uint64_t wanted = std::min(own.offered.value_or(0), most);
  // What does not divide by the scale may be rounded off (RFC 7323 2.3). Behind a FIN there is
  // nothing to grant.
  const bool is_over = has_fin && acknowledged > heard;
  if (!is_over && edge + (uint64_t{1} << scale) - 1 < wanted) {
    complain(segment, "shrinks its window from " + std::to_string(*own.offered) + " to " +
                          std::to_string(edge));
  }
  own.offered = std::max(edge, own.offered.value_or(0));
  check_blocks(segment, other);
}

void TcpWatch::check_blocks(const TcpView& segment, const Flow& other) {
  if (segment.sack.empty()) return;
  const uint32_t base = other.base.value_or(segment.acknowledgment);
  for (const TcpView::Block& block : segment.sack) {
    const int64_t left = distance(base, block.left);
    const int64_t right = distance(base, block.right);
    // Old bytes of a connection before this one are reported as such (RFC 2883 4).
    if (other.has_predecessor && left < right && right <= 0) continue;
    // A SYN or FIN that came again is reported like a byte (RFC 2883).
    const bool has_fin = other.fin_arrived && other.fin_at;
    const bool reports_fin = has_fin && right == static_cast<int64_t>(*other.fin_at) + 1;
    const auto begin = static_cast<uint64_t>(left == -1 ? 0 : left);
    const auto end = static_cast<uint64_t>(reports_fin ? right - 1 : right);
    const bool has_arrived = left >= -1 && left < right && other.arrived.contains(begin, end);
    if (!has_arrived) {
      complain(segment, "reports bytes " + std::to_string(left) + " to " + std::to_string(right) +
                            ", which have not arrived");
    }
  }
}

void TcpWatch::check_timestamps(const TcpView& segment, Both flows) {
  if (!flows.own.has_timestamps || !flows.other.has_timestamps) {
    if (segment.timestamps) complain(segment, "has time stamps that were not agreed on");
    return;
  }
  if (!segment.timestamps) return complain(segment, "lacks its time stamps");
  if (!flows.other.stamps_arrived.contains(segment.timestamps->echo)) {
    complain(segment, "echoes a time stamp that has not arrived");
  }
}

void TcpWatch::on_arrived(const TcpView& segment) {
  if (segment.rst) return;
  const Both flows = flows_of(segment);
  Flow& flow = flows.own;
  const auto& isns = flow.isns;
  if (segment.timestamps) flow.stamps_arrived.insert(segment.timestamps->value);
  if (segment.syn) {
    if (std::find(isns.begin(), isns.end(), segment.sequence) == isns.end()) return;
  } else {
    // What is left of an earlier connection says nothing about this one.
    if (!flow.base) return;
    const int64_t at = distance(*flow.base, segment.sequence);
    const auto end = at + static_cast<int64_t>(segment.payload.size());
    if (at < 0 || end > static_cast<int64_t>(flow.text.end()) + 1) return;
    flow.arrived.add(static_cast<uint64_t>(at), static_cast<uint64_t>(end));
    flow.fin_arrived |= segment.fin;
  }
  if (!segment.ack) return;
  Flow& other = flows.other;
  const uint32_t base = other.base.value_or(segment.acknowledgment);
  const int64_t to = distance(base, segment.acknowledgment);
  if (to < 0 || to > static_cast<int64_t>(other.text.end()) + 1) return;
  const bool is_scaled = flow.window_scale && other.window_scale && !segment.syn;
  const unsigned scale = is_scaled ? *flow.window_scale : 0;
  other.granted =
      std::max(other.granted, static_cast<uint64_t>(to) + (uint64_t{segment.window} << scale));
}

void TcpWatch::complain(const TcpView& segment, const std::string& what) {
  constexpr size_t kComplaintsMax = 20;  // one mistake is followed by many
  if (complaints_.size() == kComplaintsMax) return;
  complaints_.push_back("segment " + segment.source.format() + " > " +
                        segment.destination.format() + " seq " + std::to_string(segment.sequence) +
                        " ack " + std::to_string(segment.acknowledgment) + " +" +
                        std::to_string(segment.payload.size()) + ": " + what);
}

}  // namespace penstock::testing
