// SPDX-License-Identifier: Apache-2.0
#include "dataplane/balance/key.h"

#include "dataplane/base/hash.h"

namespace penstock::balance {

namespace {

// Part of what makes all nodes agree: a change moves every key to another backend.
constexpr uint64_t kKeySeed = 0x70656e73746f636bull;  // "penstock"

std::string_view trimmed(std::string_view text) noexcept {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::string_view unquoted(std::string_view value) noexcept {
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

std::string_view key_field_name(const KeySource& source) noexcept {
  switch (source.kind) {
    case KeySource::Kind::Header:
      return source.name;
    case KeySource::Kind::Cookie:
      return "cookie";
    case KeySource::Kind::SourceAddress:
    case KeySource::Kind::Path:
      break;
  }
  return {};
}

uint64_t hash_key(const KeySource& source, const KeyMaterial& material) noexcept {
  std::optional<std::string_view> text;
  switch (source.kind) {
    case KeySource::Kind::SourceAddress:
      break;
    case KeySource::Kind::Path:
      text = material.path;
      break;
    case KeySource::Kind::Header:
      text = material.field;
      break;
    case KeySource::Kind::Cookie:
      if (material.field) text = cookie_value(*material.field, source.name);
      break;
  }
  return text && !text->empty() ? hash_key(*text) : hash_key(material.source);
}

uint64_t hash_key(std::string_view bytes) noexcept { return base::hash64(bytes, kKeySeed); }

uint64_t hash_key(base::IpAddress address) noexcept {
  return base::hash64(base::hash64(address.high() ^ kKeySeed) ^ address.low());
}

std::optional<std::string_view> cookie_value(std::string_view field,
                                             std::string_view name) noexcept {
  // RFC 6265 4.2.1: pairs are separated by "; "; servers are told to be lenient about the space.
  while (!field.empty()) {
    const std::string_view pair = field.substr(0, field.find(';'));
    field.remove_prefix(pair.size() == field.size() ? field.size() : pair.size() + 1);
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    if (trimmed(pair.substr(0, equals)) == name) return unquoted(trimmed(pair.substr(equals + 1)));
  }
  return std::nullopt;
}

}  // namespace penstock::balance
