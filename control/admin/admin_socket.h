// SPDX-License-Identifier: Apache-2.0
//
// Makes the place where the admin socket is to be: its directory exists, no stale socket of a dead
// daemon is in the way, and a live one is left alone.
// It opens no listening socket. Control thread, at start.
#pragma once

#include <string>

#include "dataplane/base/result.h"

namespace penstock::admin {

// A refusal is one sentence: what is in the way, and what to do about it.
base::Result<base::Done, std::string> prepare_socket_path(const std::string& path);

}  // namespace penstock::admin
