// SPDX-License-Identifier: Apache-2.0
//
// What Penstock's parsers leave behind, made by http_parser (Node.js until version 12) instead: the
// place of the target and of each name and value inside the head. The reference of both parsers.
// It checks less: not the number of Host fields, nor what the target consists of.
#pragma once

#include <http_parser.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/http/headers.h"

namespace penstock::http {

class PositionsByHttpParser {
 public:
  PositionsByHttpParser() {
    http_parser_settings_init(&settings_);
    settings_.on_url = [](http_parser* parser, const char* at, size_t length) {
      from(parser).target_ = from(parser).text(at, length);
      return 0;
    };
    settings_.on_header_field = [](http_parser* parser, const char* at, size_t length) {
      PositionsByHttpParser& self = from(parser);
      if (self.count_ == base::kFieldsMax) return 1;
      self.names_[self.count_] = self.text(at, length);
      return 0;
    };
    settings_.on_header_value = [](http_parser* parser, const char* at, size_t length) {
      PositionsByHttpParser& self = from(parser);
      self.values_[self.count_++] = self.text(at, length);
      return 0;
    };
    // The head is all that is wanted: what follows is not a body.
    settings_.on_headers_complete = [](http_parser* parser) {
      from(parser).complete_ = true;
      return 1;
    };
  }

  // `head` is whole. False when it is refused.
  bool parse(http_parser_type type, std::string_view head) {
    begin_ = head.data();
    count_ = 0;
    complete_ = false;
    http_parser_init(&parser_, type);
    parser_.data = this;
    const size_t parsed = http_parser_execute(&parser_, &settings_, head.data(), head.size());
    return parsed == head.size() && complete_;
  }

  uint32_t count() const { return count_; }

 private:
  static PositionsByHttpParser& from(http_parser* parser) {
    return *static_cast<PositionsByHttpParser*>(parser->data);
  }
  Text text(const char* at, size_t length) const {
    return {static_cast<uint32_t>(at - begin_), static_cast<uint32_t>(length)};
  }

  http_parser parser_;
  http_parser_settings settings_;
  const char* begin_ = nullptr;
  Text target_{};
  std::array<Text, base::kFieldsMax> names_;
  std::array<Text, base::kFieldsMax> values_;
  uint32_t count_ = 0;
  bool complete_ = false;
};

}  // namespace penstock::http
