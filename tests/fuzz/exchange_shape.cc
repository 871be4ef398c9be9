// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/exchange_shape.h"

#include <array>

namespace penstock::fuzz {
namespace {

using base::Duration;
using http::EncodedSlash;
using http::Mode;
using http::Underscores;
using proxy::AnnounceClient;
using proxy::Upgrades;
using upstream::ReusePolicy;

// Of what has three kinds, the one that is worth most stands for the fourth too.
constexpr std::array kModes = {Mode::Defensive, Mode::Monitor, Mode::Strictest, Mode::Monitor};
constexpr std::array kUnderscores = {Underscores::Drop, Underscores::Refuse, Underscores::Forward,
                                     Underscores::Drop};
constexpr std::array kUpgrades = {Upgrades::Any, Upgrades::WebSocket, Upgrades::Never,
                                  Upgrades::Any};
constexpr std::array kEncodedSlashes = {EncodedSlash::Refuse, EncodedSlash::Keep,
                                        EncodedSlash::Decode, EncodedSlash::Keep};
constexpr std::array kReuse = {ReusePolicy::Safe, ReusePolicy::Always, ReusePolicy::Never,
                               ReusePolicy::Safe};
constexpr std::array kAnnouncements = {AnnounceClient::No, AnnounceClient::V1, AnnounceClient::V2,
                                       AnnounceClient::No};
// Less than "hello"; more than that with its framing; a few segments.
constexpr std::array<uint32_t, 4> kBufferBytes = {0, 4, 64, 4096};

// The bits of one byte, from the lowest on.
class Bits {
 public:
  explicit Bits(uint8_t byte) : left_(byte) {}
  bool one() { return take(1) != 0; }
  template <class T>
  const T& of(const std::array<T, 4>& choices) {
    return choices[take(2)];
  }

 private:
  size_t take(unsigned count) {
    const unsigned taken = left_ & ((1u << count) - 1);
    left_ = left_ >> count;
    return taken;
  }
  unsigned left_;
};

}  // namespace

ExchangeShape read_shape(FuzzProgram& program) {
  ExchangeShape shape;
  Bits first(program.byte());
  shape.windows = first.one() ? ExchangeShape::Windows::Small : ExchangeShape::Windows::Usual;
  shape.backend_ports = {kFirstBackend};
  if (first.one()) shape.backend_ports.push_back(kSecondBackend);
  shape.policy.mode = first.of(kModes);
  shape.policy.underscores = first.of(kUnderscores);
  shape.upgrades = first.of(kUpgrades);
  Bits second(program.byte());
  shape.policy.path.encoded_slash = second.of(kEncodedSlashes);
  if (second.one()) shape.policy.sent_path = http::SentPath::Received;
  if (second.one()) shape.policy.path.duplicate_slashes = http::DuplicateSlashes::Keep;
  shape.reuse = second.of(kReuse);
  shape.announce_client = second.of(kAnnouncements);
  Bits third(program.byte());
  shape.request_buffer_bytes = third.of(kBufferBytes);
  shape.response_buffer_bytes = third.of(kBufferBytes);
  if (third.one()) shape.retry_statuses = {503};
  if (third.one()) shape.proxy_header = proxy::ProxyHeader::Required;
  return shape;
}

testing::SnapshotSpec snapshot_for(const ExchangeShape& shape) {
  testing::SnapshotSpec spec;
  proxy::PoolPlan& pool = spec.pools.front();
  pool = testing::pool_at(shape.backend_ports);
  pool.reuse = shape.reuse;
  pool.announce_client = shape.announce_client;
  pool.request_buffer_bytes = shape.request_buffer_bytes;
  pool.response_buffer_bytes = shape.response_buffer_bytes;
  for (const uint16_t status : shape.retry_statuses) {
    pool.retries.statuses.set(status - base::kRetryStatusMin);
  }
  spec.proxy_header = shape.proxy_header;
  spec.request_policy = shape.policy;
  spec.upgrades = shape.upgrades;
  spec.timeouts.tunnel = Duration::from_s(60);
  return spec;
}

}  // namespace penstock::fuzz
