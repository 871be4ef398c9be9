// SPDX-License-Identifier: Apache-2.0
//
// A request as an operator describes it on a command line: a method, a URL, header fields and the
// client's address. For `penstock explain`; real requests are parsed by http/.
// Pure. Control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataplane/base/address.h"
#include "dataplane/base/result.h"

namespace penstock::compile {

struct RequestDescription {
  std::string method;
  std::string host;  // without the port
  uint16_t port = 80;
  std::string path = "/";
  std::string query;
  std::vector<std::pair<std::string, std::string>> fields;
  base::IpAddress source;
};

// "http://shop.example:8080/a?b=c" or the same without scheme, port, path or query; "/a" alone has
// no host (a Host field among the fields then names it). A refusal is a sentence.
base::Result<RequestDescription, std::string> describe_request(
    const std::string& method, std::string_view url, const std::vector<std::string>& fields,
    std::optional<base::IpAddress> source);

}  // namespace penstock::compile
