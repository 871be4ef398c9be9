// SPDX-License-Identifier: Apache-2.0
//
// The operator's command `penstock`: words of a command line in, text and an exit status out.
// It holds no knowledge of its own: a running daemon answers over its admin socket, a file is
// judged by the code that the daemon runs. Exit status: 0 done, 1 not done, with the reason on
// `err`. Single thread. Needs no DPDK and no privileges beyond access to the socket.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace penstock::tool {

// `words` without the program's name.
int run_tool(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace penstock::tool
