// SPDX-License-Identifier: Apache-2.0
#include "control/tool/admin_client.h"

#include <httplib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cctype>
#include <cerrno>
#include <cstring>

#include "control/model/problem.h"

namespace penstock::tool {
namespace {

// Longer than the daemon waits for a worker that is stuck.
constexpr time_t kReadSeconds = 10;

std::string no_answer(const std::string& socket_path) {
  struct stat found {};
  std::string why = "nobody listens there";
  if (::stat(socket_path.c_str(), &found) != 0) why = std::strerror(errno);
  return "no penstockd answers on " + socket_path + " (" + why +
         "); start it, or name its socket with --socket PATH";
}

Lines problems_of(const httplib::Response& response) {
  Lines lines;
  const auto body = nlohmann::json::parse(response.body, nullptr, false);
  if (body.is_object() && body.contains("problems")) {
    for (const auto& problem : body["problems"]) {
      const model::Problem told{problem.value("file", ""), problem.value("line", 0u),
                                problem.value("path", ""), problem.value("text", "")};
      lines.push_back(told.file.empty() && told.path.empty() ? told.text : told.format());
    }
  }
  if (lines.empty()) lines.push_back("penstockd answered " + std::to_string(response.status));
  return lines;
}

}  // namespace

Answer AdminClient::ask(const char* method, const std::string& path,
                        const nlohmann::json& body) const {
  httplib::Client client(socket_path_);
  client.set_address_family(AF_UNIX);
  client.set_read_timeout(kReadSeconds);
  httplib::Request request;
  request.method = method;
  request.path = path;
  // Any host will do; the path of the socket, which the library would send, is none.
  request.headers.emplace("Host", "penstock");
  if (!body.is_null()) {
    request.headers.emplace("Content-Type", "application/json");
    request.body = body.dump();
  }
  const httplib::Result result = client.send(request);
  if (!result) return base::Failure{Lines{no_answer(socket_path_)}};
  if (result->status != 200) return base::Failure{problems_of(*result)};
  auto answer = nlohmann::json::parse(result->body, nullptr, false);
  if (answer.is_discarded()) return base::Failure{Lines{"penstockd's answer is not JSON"}};
  return answer;
}

std::string url_encoded(const std::string& text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (std::isalnum(byte) != 0 || std::strchr("-._~", c) != nullptr) {
      encoded += c;
    } else {
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace penstock::tool
