// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/switchboard.h"

#include <utility>

#include "dataplane/wire/drop_reason.h"

namespace penstock::worker {

using wire::DropReason;
using wire::FrameSubject;
using Kind = FrameSubject::Kind;

namespace {

SteeringCheck check_of(nic::SteeredBy by) noexcept {
  return SteeringCheck(by == nic::SteeredBy::Workers ? SteeringCheck::Trust::Never
                                                     : SteeringCheck::Trust::Earned);
}

}  // namespace

Switchboard::Switchboard(const Settings& settings)
    : worker_(settings.worker),
      steering_(settings.steering.begin(), settings.steering.end()),
      mesh_(settings.mesh),
      buffers_(settings.buffers),
      stack_(settings.stack),
      counters_(settings.counters) {
  for (const nic::Steering* steering : steering_) {
    checks_.push_back(
        {.v4 = check_of(steering->families().v4), .v6 = check_of(steering->families().v6)});
  }
}

uint32_t Switchboard::sort(std::span<nic::Packet> burst, uint8_t port_index, nic::PortQueue& queue,
                           base::Instant now) noexcept {
  uint32_t kept = 0;
  for (nic::Packet& frame : burst) {
    if (decide(frame, port_index, queue, now) == Fate::Gone) continue;
    // To a place that has been left, if any was.
    if (&burst[kept] != &frame) burst[kept] = std::move(frame);
    ++kept;
  }
  return kept;
}

Switchboard::Fate Switchboard::decide(nic::Packet& frame, uint8_t port_index, nic::PortQueue& queue,
                                      base::Instant now) noexcept {
  const FrameSubject subject = wire::frame_subject(frame.first());
  if (subject.kind == Kind::Other) return Fate::Stays;
  if (subject.kind == Kind::Neighbors) {
    tell_all(frame, port_index, queue);
    return Fate::Stays;
  }
  if (!is_another_s(subject, port_index, now)) return Fate::Stays;
  const uint32_t owner = steering_[port_index]->worker_of(subject.remote, subject.local);
  hand_over(std::move(frame), owner, port_index, queue);
  return Fate::Gone;
}

bool Switchboard::is_another_s(const FrameSubject& subject, uint8_t port_index,
                               base::Instant now) noexcept {
  const nic::Steering& steering = *steering_[port_index];
  Checks& checks = checks_[port_index];
  SteeringCheck& check = subject.local.address.is_v4() ? checks.v4 : checks.v6;
  // No NIC steers an ICMP error by what it quotes.
  const bool is_report = subject.kind == Kind::Report;
  if (!is_report && !check.is_due()) return false;
  const uint16_t owner = steering.worker_of(subject.remote, subject.local);
  if (owner == nic::Steering::kNobody) return false;
  if (owner == worker_) {
    if (!is_report) check.was_right();
    return false;
  }
  if (steering.by(subject.local.address) == nic::SteeredBy::Workers) return true;
  if (!is_report) {
    check.was_wrong();
    counters_.wrong_core_arrivals.add();
  }
  return subject.kind != Kind::Opening && !stack_.claims(subject.local, subject.remote, now);
}

void Switchboard::hand_over(nic::Packet&& frame, uint32_t to, uint8_t port_index,
                            nic::PortQueue& queue) noexcept {
  MeshFrame message{std::move(frame), port_index};
  if (!mesh_.post(worker_, to, message)) return queue.count_drop(DropReason::MeshFull);
  counters_.frames_handed_over.add();
}

void Switchboard::tell_all(const nic::Packet& frame, uint8_t port_index,
                           nic::PortQueue& queue) noexcept {
  for (uint32_t peer = 0; peer < mesh_.workers(); ++peer) {
    if (peer == worker_) continue;
    nic::Packet copy = buffers_.copy_of(frame);
    if (!copy) return queue.count_drop(DropReason::PoolEmpty);
    hand_over(std::move(copy), peer, port_index, queue);
  }
}

uint32_t Switchboard::take_over(uint32_t peer, std::span<MeshFrame> frames,
                                std::deque<nic::PortQueue>& queues) noexcept {
  uint32_t count = 0;
  while (count < frames.size()) {
    const auto handed = mesh_.take(peer, worker_);
    if (!handed) break;
    // Into a buffer of our own: what a slow reader of ours pins must not be another's memory.
    nic::Packet copy = buffers_.copy_of(handed->frame);
    if (!copy) {
      queues[handed->port_index].count_drop(DropReason::PoolEmpty);
      continue;
    }
    frames[count++] = {std::move(copy), handed->port_index};
  }
  counters_.frames_taken_over.add(count);
  return count;
}

}  // namespace penstock::worker
