// SPDX-License-Identifier: Apache-2.0
#include "control/model/membership.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "control/model/findings.h"
#include "control/model/ranges.h"
#include "control/model/reachability.h"
#include "control/model/text_rules.h"

namespace penstock::model {

namespace {

template <class Items>
std::string names_of(const Items& items) {
  std::string names;
  for (const auto& item : items) names += (names.empty() ? "" : ", ") + item.name;
  return names.empty() ? "none" : names;
}

auto find_pool(Configuration& configuration, const std::string& name) {
  return std::find_if(configuration.pools.begin(), configuration.pools.end(),
                      [&](const Pool& pool) { return pool.name == name; });
}

std::string no_such_pool(const Configuration& configuration, const std::string& name) {
  return "there is no pool " + quoted(name) + "; pools: " + names_of(configuration.pools);
}

// A name wins over an address, because an operator may have named one backend like another's
// address only on purpose.
auto find_backend(std::vector<Backend>& backends, const std::string& wanted) {
  const auto by_name = std::find_if(backends.begin(), backends.end(),
                                    [&](const Backend& b) { return b.name == wanted; });
  if (by_name != backends.end()) return by_name;
  return std::find_if(backends.begin(), backends.end(),
                      [&](const Backend& b) { return b.address.format() == wanted; });
}

// Copies the configuration, finds the backend in the copy and lets `edit` change its pool.
template <class Edit>
Edited edit_backend(const Configuration& configuration, const BackendReference& reference,
                    Edit edit) {
  Configuration changed = configuration;
  const auto pool = find_pool(changed, reference.pool);
  if (pool == changed.pools.end()) {
    return base::Failure{no_such_pool(configuration, reference.pool)};
  }
  const auto backend = find_backend(pool->backends, reference.backend);
  if (backend == pool->backends.end()) {
    return base::Failure{"pool " + quoted(pool->name) + " has no backend " +
                         quoted(reference.backend) + "; backends: " + names_of(pool->backends)};
  }
  edit(*pool, backend);
  return changed;
}

// What is wrong with a new backend, whichever pool it is for.
std::optional<std::string> backend_problem(const Configuration& configuration,
                                           const Backend& backend) {
  if (!is_name(backend.name)) {
    return quoted(backend.name) + " is not a name; accepted: " + std::string(kNameAccepted);
  }
  if (!kWeightRange.contains(backend.weight)) {
    return "weight " + kWeightRange.refusal(backend.weight);
  }
  return backend_address_problem(configuration, backend.address);
}

// Whether adding `backend` means that a draining one shall work again.
bool returns(const Backend& existing, const Backend& backend) {
  const bool named_otherwise =
      backend.name != existing.name && backend.name != backend.address.format();
  return existing.state == BackendState::Draining && existing.address == backend.address &&
         !named_otherwise;
}

}  // namespace

Edited add_backend(const Configuration& configuration, const std::string& pool, Backend backend) {
  if (backend.name.empty()) backend.name = backend.address.format();
  if (auto wrong = backend_problem(configuration, backend)) return base::Failure{std::move(*wrong)};
  Configuration changed = configuration;
  const auto into = find_pool(changed, pool);
  if (into == changed.pools.end()) return base::Failure{no_such_pool(configuration, pool)};
  const auto existing =
      std::find_if(into->backends.begin(), into->backends.end(), [&](const Backend& other) {
        return other.name == backend.name || other.address == backend.address;
      });
  if (existing == into->backends.end()) {
    if (backend_count(configuration) >= base::kBackendsMax) {
      return base::Failure{"there are already " + std::to_string(base::kBackendsMax) +
                           " backends, which is the most"};
    }
    into->backends.push_back(std::move(backend));
  } else if (returns(*existing, backend)) {
    existing->state = BackendState::Active;
    existing->weight = backend.weight;
  } else {
    return base::Failure{"pool " + quoted(pool) + " already has backend " + quoted(existing->name) +
                         " at " + existing->address.format()};
  }
  return changed;
}

Edited set_backend_weight(const Configuration& configuration, const BackendReference& reference,
                          uint32_t weight) {
  if (!kWeightRange.contains(weight)) {
    return base::Failure{"weight " + kWeightRange.refusal(weight)};
  }
  return edit_backend(configuration, reference,
                      [weight](Pool&, auto backend) { backend->weight = weight; });
}

Edited drain_backend(const Configuration& configuration, const BackendReference& reference) {
  return edit_backend(configuration, reference,
                      [](Pool&, auto backend) { backend->state = BackendState::Draining; });
}

Edited remove_backend(const Configuration& configuration, const BackendReference& reference) {
  return edit_backend(configuration, reference,
                      [](Pool& pool, auto backend) { pool.backends.erase(backend); });
}

}  // namespace penstock::model
