// SPDX-License-Identifier: Apache-2.0
//
// Eal: DPDK's environment for this process: memory, devices and the worker threads.
// It is started once by the control thread, which remains an ordinary thread; each worker is a
// thread pinned to its core that waits until launch(). Ports are opened by nic/dpdk_port.h.
// Huge pages are used when enough are free, and required only when the operator says so.
// net_tap tells of frames by SIGIO: a worker's thread must not block it, no thread may ignore it.
// Invariants: (1) one Eal in the life of a process; (2) ports and pools are gone before it; (3)
// after its end no device, file or tap interface of ours is left.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/base/result.h"

namespace penstock::nic {

class EalLog;

enum class HugePages : uint8_t { Auto, Never, Require };

struct EalSettings {
  uint32_t megabytes = 512;  // for packet buffers and DPDK's own tables
  HugePages huge_pages = HugePages::Auto;
  // PCI addresses or DPDK device strings: "0000:03:00.0", "net_tap0,iface=ps-client".
  std::vector<std::string> devices = {};
  std::vector<uint32_t> worker_cores = {};  // CPU numbers, one worker each
  std::string file_prefix = {};             // empty: made from the process id
};

// What a worker thread runs; the result is handed to join().
using WorkerMain = int (*)(void* argument);

class Eal {
 public:
  // The error is one sentence for the operator.
  static base::Result<Eal, std::string> start(const EalSettings& settings);
  Eal(Eal&& other) noexcept;
  Eal& operator=(Eal&&) = delete;
  // Ends DPDK. Every launched worker must have been joined.
  ~Eal();

  // `worker` counts from 0 in the order of worker_cores. It must not be running.
  void launch(uint32_t worker, WorkerMain main, void* argument);
  // Waits for the worker's end and returns its result.
  int join(uint32_t worker);

  uint32_t workers() const noexcept { return workers_; }
  bool uses_huge_pages() const noexcept { return memory_ == Memory::HugePages; }
  // The first thing that DPDK complained of since clear_log(); for error sentences. The first is
  // the cause, what follows are its consequences.
  std::string log_line() const;
  void clear_log();

 private:
  enum class Memory : uint8_t { HugePages, SmallPages };

  Eal(std::unique_ptr<EalLog> log, uint32_t workers, Memory memory) noexcept;

  std::unique_ptr<EalLog> log_;  // null after a move
  uint32_t workers_;
  Memory memory_;
};

// The arguments that DPDK is started with; apart from start() so that they can be tested.
struct EalMachine {
  std::vector<uint32_t> allowed_cores = {};  // CPUs that this process may run on
  uint64_t free_huge_page_megabytes = 0;
};
base::Result<std::vector<std::string>, std::string> eal_arguments(const EalSettings& settings,
                                                                  const EalMachine& machine);

}  // namespace penstock::nic
