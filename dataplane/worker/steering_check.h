// SPDX-License-Identifier: Apache-2.0
//
// SteeringCheck: whether frames of one port come to the worker that our own arithmetic names, for
// as long as the port is open. A NIC whose key or table is not what it says it is would send half
// of all replies to strangers, in silence: here every frame is compared until so many in a row were
// right, then one in so many, and every frame again after one that was wrong.
// It decides which frames to look at; the switchboard looks, counts and hands over.
// Owned by one worker, one for each of its ports.
#pragma once

#include <cstdint>

namespace penstock::worker {

class SteeringCheck {
 public:
  // A wrong key is right for one flow in two with two workers: thousands in a row are no chance.
  static constexpr uint32_t kRightBeforeTrust = 4096;
  static constexpr uint32_t kFramesBetweenChecks = 64;

  enum class Trust : uint8_t {
    Earned,  // by being right
    Never,   // the port does not claim to steer: every frame is looked at
  };
  explicit SteeringCheck(Trust trust) noexcept : trust_(trust) {}

  // Whether the frame at hand is to be looked at.
  bool is_due() noexcept {
    if (unproven_ > 0) return true;
    if (--until_next_ > 0) return false;
    until_next_ = kFramesBetweenChecks;
    return true;
  }
  void was_right() noexcept {
    if (unproven_ > 0 && trust_ == Trust::Earned) --unproven_;
  }
  void was_wrong() noexcept { unproven_ = kRightBeforeTrust; }

 private:
  Trust trust_;
  uint32_t unproven_ = kRightBeforeTrust;
  uint32_t until_next_ = kFramesBetweenChecks;
};

}  // namespace penstock::worker
