// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/local_choice.h"

#include <span>

#include "dataplane/tcp/isn.h"
#include "dataplane/tcp/lifecycle.h"
#include "dataplane/tcp/shared.h"

namespace penstock::tcp {

namespace {

// A record younger than this is left alone: its peer may still be sending its last FIN, and the
// clock of initial sequence numbers has to get ahead of what was sent.
constexpr base::Duration kReusableAfter = base::Duration::from_s(1);

bool may_succeed(const Shared& shared, const TimeWaitRecord& old, base::Instant now) noexcept {
  const base::Instant entered = old.expires - shared.settings.time_wait;
  if (now - entered < kReusableAfter) return false;
  // RFC 6191 2: our clock has gone on, so that either side knows old segments by their time stamps.
  if (old.timestamps.enabled()) return true;
  return initial_sequence(old.flow, shared.settings.isn_key, now) > old.snd_nxt;
}

PortState state_of(Shared& shared, const FlowKey& flow, base::Instant now) noexcept {
  const uint32_t index = shared.find(flow);
  if (index == base::FlowMap::kNone) return PortState::Free;
  if ((index & Shared::kTimeWaitBit) == 0) return PortState::Taken;
  const TimeWaitRecord& old = shared.time_wait.at(index & ~Shared::kTimeWaitBit);
  return may_succeed(shared, old, now) ? PortState::Reusable : PortState::Taken;
}

std::optional<ChosenPort> choose_port(Shared& shared, const base::Endpoint& remote,
                                      base::IpAddress local, uint8_t interface_index,
                                      base::Instant now) noexcept {
  FlowKey flow{{local, 0}, remote};
  const auto state = [&](uint16_t port) {
    flow.local.port = port;
    return state_of(shared, flow, now);
  };
  const StackSettings& settings = shared.settings;
  if (settings.ways.empty() || settings.ways[interface_index].steering == nullptr) {
    return shared.source_ports.choose(
        base::kSourcePortLowest, [](uint16_t) { return true; }, state);
  }
  const nic::Steering& steering = *settings.ways[interface_index].steering;
  // A start among ports that no rule is about would come to the same first one each time.
  const uint16_t lowest = steering.by(local) == nic::SteeredBy::Rules
                              ? nic::Steering::kRulePortLowest
                              : base::kSourcePortLowest;
  const nic::Steering::Replies replies(steering, remote, local);
  return shared.source_ports.choose(
      lowest, [&](uint16_t port) { return replies.worker_of(port) == settings.worker; }, state);
}

base::Endpoint take(Shared& shared, const FlowKey& flow, PortState state) noexcept {
  if (state == PortState::Reusable) {
    const uint32_t index = shared.find(flow);
    end_time_wait(shared, shared.time_wait.at(index & ~Shared::kTimeWaitBit));
    shared.counters.time_wait_reused.add();
  }
  return flow.local;
}

// Those that the operator named for this interface, of the remote's family; else the one that the
// route names.
std::span<const base::IpAddress> candidates(const Shared& shared, const net::NextHop& hop,
                                            base::IpAddress remote) noexcept {
  const StackSettings& settings = shared.settings;
  if (settings.ways.empty()) return {&hop.source, 1};
  const SourceAddresses& named = settings.ways[hop.interface_index].sources;
  const std::span<const base::IpAddress> usable = remote.is_v4() ? named.v4 : named.v6;
  return usable.empty() ? std::span(&hop.source, 1) : usable;
}

}  // namespace

base::Result<base::Endpoint, ConnectError> choose_local(Shared& shared,
                                                        const base::Endpoint& remote,
                                                        std::optional<base::IpAddress> address,
                                                        base::Instant now) noexcept {
  const auto hop = shared.host.next_hop_to(remote.address);
  if (!hop) return base::Failure{ConnectError::NoRoute};
  const std::span<const base::IpAddress> addresses =
      address ? std::span<const base::IpAddress>(&*address, 1)
              : candidates(shared, *hop, remote.address);
  const auto count = static_cast<uint32_t>(addresses.size());
  const uint32_t first = shared.source_ports.first_of(count);
  std::optional<FlowKey> reusable;
  for (uint32_t i = 0; i < count; ++i) {
    const base::IpAddress local = addresses[(first + i) % count];
    const auto chosen = choose_port(shared, remote, local, hop->interface_index, now);
    if (!chosen) continue;
    const FlowKey flow{{local, chosen->port}, remote};
    if (chosen->state == PortState::Free) return take(shared, flow, PortState::Free);
    if (!reusable) reusable = flow;
  }
  if (reusable) return take(shared, *reusable, PortState::Reusable);
  shared.counters.source_ports_exhausted.add();
  return base::Failure{ConnectError::NoPort};
}

}  // namespace penstock::tcp
