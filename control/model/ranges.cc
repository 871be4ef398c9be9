// SPDX-License-Identifier: Apache-2.0
#include "control/model/ranges.h"

namespace penstock::model {

std::string Range::accepted() const {
  std::string text =
      "an integer from " + std::to_string(smallest) + " to " + std::to_string(largest);
  if (zero != nullptr) text += std::string(", or 0 (") + zero + ")";
  return text;
}

std::string Range::refusal(int64_t value) const {
  return std::to_string(value) + " is out of range; accepted: " + accepted();
}

}  // namespace penstock::model
