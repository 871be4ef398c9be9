// SPDX-License-Identifier: Apache-2.0
//
// Gives names small dense ids by which workers count what belongs to them: rate limits.
// A name keeps its id through all configurations that have it; one that is gone keeps it until
// there is no other for a new name, the longest gone first.
// A plain value: assign in a copy and keep the copy when the snapshot was published.
// Control thread.
// Invariants: (1) two names of the latest configuration have two ids; (2) ids are below `ids_max`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace penstock::compile {

class NameRegistry {
 public:
  explicit NameRegistry(uint32_t ids_max) : ids_max_(ids_max) {}

  // The names of a configuration that is to become `generation`: at most `ids_max`, each once.
  void assign(const std::vector<std::string>& names, uint64_t generation);
  uint32_t find(const std::string& name) const;
  // Ids that the last assign() gave to names that had none: what was counted under them before was
  // another's.
  const std::vector<uint32_t>& given() const { return given_; }

 private:
  struct Entry {
    uint32_t id = 0;
    uint64_t last_assigned = 0;  // the latest generation that has the name
  };

  uint32_t take_id();

  uint32_t ids_max_;
  std::map<std::string, Entry> entries_;
  std::vector<uint32_t> given_;
};

}  // namespace penstock::compile
