// SPDX-License-Identifier: Apache-2.0
//
// The admin API: HTTP with JSON on a unix socket, for `penstock` and for scripts (paths and shapes
// are in control/admin/README.md). It translates; what happens is Controller's.
// Runs its own threads, which inherit the creator's signal mask.
// Invariants: (1) the socket file has mode 0600 from the first moment; (2) it is removed by stop();
// (3) a socket that another live penstockd answers on is never taken over.
#pragma once

#include <memory>
#include <string>

#include "control/admin/controller.h"
#include "dataplane/base/result.h"

namespace penstock::admin {

class AdminServer {
 public:
  // Listens at `socket_path` and serves until stop() or destruction. A refusal is one sentence that
  // says what is in the way. The controller outlives the server.
  static base::Result<std::unique_ptr<AdminServer>, std::string> start(
      const std::string& socket_path, Controller& controller);

  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  // Finishes what it is answering; then nobody is served any more.
  void stop();

 private:
  struct State;
  explicit AdminServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock::admin
