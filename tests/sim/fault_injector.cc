// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/fault_injector.h"

#include <algorithm>
#include <utility>

namespace penstock::testing {

namespace {

using Kind = FaultPlan::Kind;
using Carries = SimLink::Carries;

}  // namespace

FaultInjector::FaultInjector(SimWorld& world, const Scenario& scenario)
    : world_(world), whole_(world.configuration()), random_(scenario.seed + 77) {
  for (const FaultPlan& plan : scenario.faults) {
    const base::Instant begin = world.now() + plan.start;
    faults_.push_back({.plan = plan, .begin = begin, .end = begin + plan.length, .hoard = {}});
  }
}

void FaultInjector::on_time(base::Instant now) {
  for (Fault& fault : faults_) {
    if (fault.state == State::Waiting && fault.begin <= now) {
      fault.state = State::Going;
      begin(fault);
    }
    if (fault.state == State::Going && fault.next_change <= now) change_membership(fault, now);
    if (fault.state == State::Going && fault.end <= now) {
      fault.state = State::Over;
      end(fault);
    }
  }
}

base::Instant FaultInjector::next_deadline() const {
  base::Instant next = base::Instant::never();
  for (const Fault& fault : faults_) {
    if (fault.state == State::Waiting) next = base::earlier(next, fault.begin);
    if (fault.state != State::Going) continue;
    next = base::earlier(next, base::earlier(fault.end, fault.next_change));
  }
  return next;
}

base::Instant FaultInjector::last_end() const {
  base::Instant last;
  for (const Fault& fault : faults_) last = std::max(last, fault.end);
  return last;
}

void FaultInjector::begin(Fault& fault) {
  const FaultPlan& plan = fault.plan;
  switch (plan.kind) {
    case Kind::ArpSilence:
      return world_.set_carries(plan.target, Carries::NoArp);
    case Kind::LinkDown:
      return world_.set_carries(plan.target, Carries::Nothing);
    case Kind::MtuHole:
      return world_.set_mtu_hole(plan.target, plan.amount);
    case Kind::PoolHoard:
      return hoard(fault);
    case Kind::PortBehind:
      return world_.set_ports(SimWorkers::Ports::Behind);
    case Kind::WorkerStall:
      return world_.workers().set_turning(worker_of(fault), SimWorkers::Turning::Stalled);
    case Kind::BackendCrash:
      return world_.kill_backend(backend_of(fault));
    case Kind::BackendPowerLoss:
      world_.cut_power(backend_of(fault));
      return world_.set_carries(world_.clients() + backend_of(fault), Carries::Nothing);
    case Kind::MembershipChurn:
      fault.next_change = fault.begin;
      return;
    case Kind::SnapshotStorm:
      for (uint32_t i = 0; i < plan.amount; ++i) world_.publish(world_.configuration());
      return;
    case Kind::Drain:
      has_drained_ = true;
      return world_.drain();
  }
}

void FaultInjector::end(Fault& fault) {
  const FaultPlan& plan = fault.plan;
  switch (plan.kind) {
    case Kind::ArpSilence:
    case Kind::LinkDown:
      return world_.set_carries(plan.target, Carries::Everything);
    case Kind::MtuHole:
      return world_.set_mtu_hole(plan.target, 0);
    case Kind::PoolHoard:
      return fault.hoard.clear();
    case Kind::PortBehind:
      return world_.set_ports(SimWorkers::Ports::Ready);
    case Kind::WorkerStall:
      return world_.workers().set_turning(worker_of(fault), SimWorkers::Turning::Turning);
    case Kind::BackendPowerLoss:
      world_.set_carries(world_.clients() + backend_of(fault), Carries::Everything);
      return world_.origin(backend_of(fault)).start();
    case Kind::BackendCrash:
      return world_.origin(backend_of(fault)).start();
    case Kind::MembershipChurn:
      return world_.publish(whole_);
    case Kind::SnapshotStorm:
    case Kind::Drain:
      return;
  }
}

void FaultInjector::hoard(Fault& fault) {
  nic::PacketPool& pool = world_.workers().pool(worker_of(fault));
  while (pool.sizes().buffers - pool.buffers_in_use() > fault.plan.amount) {
    nic::Packet packet = pool.allocate_packet();
    if (!packet) return;
    fault.hoard.push_back(std::move(packet));
  }
}

// Drains, removes or re-weighs some backends; at least one stays as it was.
void FaultInjector::change_membership(Fault& fault, base::Instant now) {
  model::Configuration next = whole_;
  std::vector<model::Backend>& backends = next.pools[0].backends;
  const size_t stays = random_.below(backends.size());
  for (size_t i = backends.size(); i-- > 0;) {
    if (i == stays) continue;
    const uint64_t fate = random_.below(4);
    if (fate == 0) backends[i].state = model::BackendState::Draining;
    if (fate == 1) backends[i].weight = static_cast<uint32_t>(random_.below(5));
    if (fate == 2) backends.erase(backends.begin() + static_cast<ptrdiff_t>(i));
  }
  world_.publish(next);
  world_.workers().collect();
  const int64_t changes = std::max<int64_t>(fault.plan.amount, 1);
  fault.next_change = now + std::max(fault.plan.length / changes, base::Duration::from_us(10));
}

uint32_t FaultInjector::backend_of(const Fault& fault) const {
  return fault.plan.target % world_.backends();
}

uint32_t FaultInjector::worker_of(const Fault& fault) const {
  return fault.plan.target % world_.workers().count();
}

}  // namespace penstock::testing
