// SPDX-License-Identifier: Apache-2.0
//
// A whole control plane in a test: a configuration file in a temporary folder, a Controller, and a
// fake worker that takes each snapshot. What penstockd has, but for ports and a data plane.
#pragma once

#include <fstream>
#include <optional>
#include <string>

#include "control/admin/controller.h"
#include "control/publish/publisher.h"
#include "tests/support/configured.h"
#include "tests/support/fake_worker.h"
#include "tests/support/temporary_folder.h"

namespace penstock::testing {

class RunningController {
 public:
  explicit RunningController(const std::string& text = configuration_text())
      : file_(folder_.path() / "test.cfg"), epoch_(1), publisher_({&channel_}, epoch_) {
    write(text);
    controller_.emplace(file_, compile::check_file(file_), publisher_);
    controller_->publish_first();
    worker_.emplace(0, channel_, epoch_);
  }
  ~RunningController() { worker_->end(); }

  void write(const std::string& text) { std::ofstream(file_) << text; }
  const std::string& file() const { return file_; }
  std::string socket() const { return folder_.path() / "admin.sock"; }
  const TemporaryFolder& folder() const { return folder_; }
  admin::Controller& controller() { return *controller_; }
  worker::Channel& channel() { return channel_; }

 private:
  TemporaryFolder folder_;
  std::string file_;
  worker::Channel channel_;
  worker::Epoch epoch_;
  publish::Publisher publisher_;
  std::optional<admin::Controller> controller_;
  std::optional<FakeWorker> worker_;
};

}  // namespace penstock::testing
