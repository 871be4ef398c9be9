// SPDX-License-Identifier: Apache-2.0
//
// What the admin API answers, as text for people: one function for each sort of answer.
// The JSON is penstockd's, of this version; a key that is missing shows as nothing.
// Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace penstock::tool {

std::string status_view(const nlohmann::json& status);
std::string backends_view(const nlohmann::json& backends);
std::string explanation_view(const nlohmann::json& explanation);
// Of a change of membership or a reload: when it was live, and what it replaced.
std::string change_view(const nlohmann::json& change);

}  // namespace penstock::tool
