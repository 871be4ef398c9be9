// SPDX-License-Identifier: Apache-2.0
#include "control/admin/admin_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace penstock::admin {
namespace {

// A socket bound at a path, and listening until it is closed.
class BoundSocket {
 public:
  explicit BoundSocket(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    CHECK(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    CHECK(::listen(socket_, 1) == 0);
  }
  ~BoundSocket() { ::close(socket_); }

 private:
  int socket_;
};

class AdminSocket : public ::testing::Test {
 protected:
  penstock::testing::TemporaryFolder folder_;
  std::string path_ = folder_.path() / "a.sock";
};

TEST_F(AdminSocket, IsWelcomeWhereNothingIs) { EXPECT_TRUE(prepare_socket_path(path_).ok()); }

TEST_F(AdminSocket, GetsItsDirectory) {
  ASSERT_TRUE(prepare_socket_path(folder_.path() / "x/y/a.sock").ok());
  EXPECT_TRUE(std::filesystem::is_directory(folder_.path() / "x/y"));
}

TEST_F(AdminSocket, ReplacesThatOfADeadProcess) {
  { const BoundSocket dead(path_); }
  ASSERT_TRUE(std::filesystem::exists(path_));
  EXPECT_TRUE(prepare_socket_path(path_).ok());
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(AdminSocket, LeavesThatOfALiveProcessAlone) {
  const BoundSocket live(path_);
  const auto prepared = prepare_socket_path(path_);
  ASSERT_FALSE(prepared.ok());
  EXPECT_EQ(prepared.error(),
            "another penstockd answers on " + path_ + "; stop it, or choose another admin.socket");
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(AdminSocket, LeavesAFileAlone) {
  std::ofstream(path_) << "precious";
  EXPECT_FALSE(prepare_socket_path(path_).ok());
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(AdminSocket, RefusesAPathThatIsTooLong) {
  const auto prepared = prepare_socket_path("/" + std::string(120, 'a'));
  ASSERT_FALSE(prepared.ok());
  EXPECT_NE(prepared.error().find("too long"), std::string::npos);
}

TEST_F(AdminSocket, SaysWhenItsDirectoryCannotBe) {
  std::ofstream(path_) << "a file";
  const auto prepared = prepare_socket_path(path_ + "/below.sock");
  ASSERT_FALSE(prepared.ok());
  EXPECT_NE(prepared.error().find("cannot be created"), std::string::npos);
}

}  // namespace
}  // namespace penstock::admin
