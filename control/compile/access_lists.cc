// SPDX-License-Identifier: Apache-2.0
#include "control/compile/access_lists.h"

namespace penstock::compile {
namespace {

SharedAccess access_of(const model::Listener& listener) {
  if (listener.allow.empty() && listener.deny.empty()) return nullptr;
  return std::make_shared<const base::AccessList>(base::AccessList{
      .allow = base::PrefixSet(listener.allow), .deny = base::PrefixSet(listener.deny)});
}

}  // namespace

std::vector<ListenerAccess> compile_access(const std::vector<model::Listener>& listeners,
                                           const std::vector<ListenerAccess>& previous) {
  std::vector<ListenerAccess> compiled;
  for (const model::Listener& listener : listeners) {
    const size_t index = compiled.size();
    const bool stays = index < previous.size() && previous[index].wanted == listener;
    compiled.push_back({listener, stays ? previous[index].list : access_of(listener)});
  }
  return compiled;
}

}  // namespace penstock::compile
