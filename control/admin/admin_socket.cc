// SPDX-License-Identifier: Apache-2.0
#include "control/admin/admin_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace penstock::admin {
namespace {

using Refused = base::Failure<std::string>;

bool somebody_answers(const std::string& path) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int connected = ::connect(probe, reinterpret_cast<sockaddr*>(&address), sizeof address);
  // EAGAIN: its queue is full, so somebody is there.
  const bool answers = connected == 0 || errno == EAGAIN;
  ::close(probe);
  return answers;
}

}  // namespace

base::Result<base::Done, std::string> prepare_socket_path(const std::string& path) {
  if (path.size() >= sizeof(sockaddr_un{}.sun_path)) {
    return Refused{"admin.socket \"" + path + "\" is too long; a socket's path has at most " +
                   std::to_string(sizeof(sockaddr_un{}.sun_path) - 1) + " characters"};
  }
  const std::filesystem::path directory = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!directory.empty()) std::filesystem::create_directories(directory, error);
  if (error) {
    return Refused{"the directory of admin.socket, " + directory.string() +
                   ", cannot be created: " + error.message()};
  }
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return base::Done{};
  if (!S_ISSOCK(found.st_mode)) {
    return Refused{"admin.socket " + path +
                   " exists and is no socket; remove it, or choose another path"};
  }
  if (somebody_answers(path)) {
    return Refused{"another penstockd answers on " + path +
                   "; stop it, or choose another admin.socket"};
  }
  if (::unlink(path.c_str()) != 0) {
    return Refused{"the stale socket " + path + " cannot be removed: " + std::strerror(errno)};
  }
  return base::Done{};
}

}  // namespace penstock::admin
