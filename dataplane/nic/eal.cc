// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/eal.h"

#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_log.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "dataplane/base/check.h"
#include "dataplane/nic/device_preflight.h"
#include "dataplane/nic/eal_log.h"

namespace penstock::nic {

namespace {

using Error = base::Failure<std::string>;

std::vector<uint32_t> allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  CHECK(sched_getaffinity(0, sizeof set, &set) == 0);
  std::vector<uint32_t> cores;
  for (uint32_t core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  }
  return cores;
}

uint64_t free_huge_page_megabytes() {
  uint64_t kilobytes = 0;
  std::error_code missing;  // a kernel without huge pages has no such directory
  for (const auto& entry :
       std::filesystem::directory_iterator("/sys/kernel/mm/hugepages", missing)) {
    const std::string name = entry.path().filename();  // hugepages-2048kB
    const uint64_t page_kilobytes = std::strtoull(name.c_str() + strlen("hugepages-"), nullptr, 10);
    uint64_t free = 0;
    std::ifstream(entry.path() / "free_hugepages") >> free;
    kilobytes += free * page_kilobytes;
  }
  return kilobytes / 1024;
}

std::string join_numbers(const std::vector<uint32_t>& numbers) {
  std::string text;
  for (const uint32_t number : numbers) {
    if (!text.empty()) text += ',';
    text += std::to_string(number);
  }
  return text;
}

// DPDK's lcore 0 is the control thread, which may run anywhere; lcore i + 1 is worker i.
std::string lcores_argument(const EalSettings& settings, const EalMachine& machine) {
  std::string text = "--lcores=0@(" + join_numbers(machine.allowed_cores) + ")";
  for (size_t i = 0; i < settings.worker_cores.size(); ++i) {
    text += "," + std::to_string(i + 1) + "@" + std::to_string(settings.worker_cores[i]);
  }
  return text;
}

std::optional<std::string> problem_with_cores(const EalSettings& settings,
                                              const EalMachine& machine) {
  for (const uint32_t core : settings.worker_cores) {
    const auto& allowed = machine.allowed_cores;
    if (std::find(allowed.begin(), allowed.end(), core) == allowed.end()) {
      return "core " + std::to_string(core) +
             " does not exist or is not allowed to this process; it may use " +
             join_numbers(allowed);
    }
  }
  return std::nullopt;
}

std::optional<std::string> probe_devices(const EalSettings& settings, EalLog& log) {
  const HostAbilities abilities = measure_host();
  for (const std::string& device : settings.devices) {
    if (auto missing = missing_for(device, abilities)) return missing;
    if (pci_address(device)) continue;  // probed by rte_eal_init()
    log.clear();
    if (rte_dev_probe(device.c_str()) == 0) continue;
    const std::string words = log.first_line();
    return "port device " + device + " cannot be opened (" +
           (words.empty() ? "no DPDK driver takes it" : "DPDK: " + words) +
           "): write the PCI address of a NIC that is bound to vfio-pci, or a DPDK device such as "
           "net_tap0,iface=ps0";
  }
  return std::nullopt;
}

// DPDK leaves its directory behind; the next process has another prefix and would not reuse it.
void remove_runtime_directory() {
  std::error_code ignored;
  std::filesystem::remove_all(rte_eal_get_runtime_dir(), ignored);
}

void end_dpdk() {
  rte_eal_cleanup();
  remove_runtime_directory();
  rte_openlog_stream(nullptr);
}

}  // namespace

base::Result<std::vector<std::string>, std::string> eal_arguments(const EalSettings& settings,
                                                                  const EalMachine& machine) {
  if (auto problem = problem_with_cores(settings, machine)) return Error{*problem};
  const bool enough = machine.free_huge_page_megabytes >= settings.megabytes;
  if (settings.huge_pages == HugePages::Require && !enough) {
    return Error{"huge pages are required and only " +
                 std::to_string(machine.free_huge_page_megabytes) + " of " +
                 std::to_string(settings.megabytes) +
                 " MiB are free: reserve more with 'sysctl vm.nr_hugepages'"};
  }
  const bool huge = settings.huge_pages != HugePages::Never && enough;
  std::vector<std::string> arguments{"penstockd", lcores_argument(settings, machine),
                                     "--no-telemetry", "--log-level=*:error"};
  // No shared files either way, so that several daemons on one host never meet. In-memory mode is
  // the stronger word for it, and DPDK refuses it without huge pages.
  arguments.push_back(huge ? "--in-memory" : "--no-shconf");
  // Few files instead of one a page: a vhost-user backend is given them all, and takes eight.
  arguments.push_back(huge ? "--single-file-segments" : "--no-huge");
  arguments.push_back("--file-prefix=" + (settings.file_prefix.empty()
                                              ? "penstock-" + std::to_string(getpid())
                                              : settings.file_prefix));
  arguments.push_back("-m");
  arguments.push_back(std::to_string(settings.megabytes));
  bool any_pci = false;
  for (const std::string& device : settings.devices) {
    if (!pci_address(device)) continue;
    any_pci = true;
    arguments.push_back("--allow=" + device);
  }
  if (!any_pci) arguments.push_back("--no-pci");
  return arguments;
}

base::Result<Eal, std::string> Eal::start(const EalSettings& settings) {
  const EalMachine machine{.allowed_cores = allowed_cores(),
                           .free_huge_page_megabytes = free_huge_page_megabytes()};
  auto arguments = eal_arguments(settings, machine);
  if (!arguments) return Error{arguments.error()};
  const bool huge =
      std::find(arguments->begin(), arguments->end(), "--no-huge") == arguments->end();
  std::vector<char*> argv;
  for (std::string& argument : *arguments) argv.push_back(argument.data());

  auto log = std::make_unique<EalLog>();
  rte_openlog_stream(log->stream());
  if (rte_eal_init(static_cast<int>(argv.size()), argv.data()) < 0) {
    const std::string reason =
        log->first_line().empty() ? rte_strerror(rte_errno) : log->first_line();
    remove_runtime_directory();
    rte_openlog_stream(nullptr);
    return Error{"DPDK does not start: " + reason};
  }
  Eal eal(std::move(log), static_cast<uint32_t>(settings.worker_cores.size()),
          huge ? Memory::HugePages : Memory::SmallPages);
  if (auto problem = probe_devices(settings, *eal.log_)) return Error{*problem};
  return eal;
}

Eal::Eal(std::unique_ptr<EalLog> log, uint32_t workers, Memory memory) noexcept
    : log_(std::move(log)), workers_(workers), memory_(memory) {}

Eal::Eal(Eal&& other) noexcept = default;

Eal::~Eal() {
  if (log_ != nullptr) end_dpdk();
}

void Eal::launch(uint32_t worker, WorkerMain main, void* argument) {
  CHECK(worker < workers_);
  CHECK(rte_eal_remote_launch(main, argument, worker + 1) == 0);
}

int Eal::join(uint32_t worker) {
  CHECK(worker < workers_);
  return rte_eal_wait_lcore(worker + 1);
}

std::string Eal::log_line() const { return log_->first_line(); }

void Eal::clear_log() { log_->clear(); }

}  // namespace penstock::nic
