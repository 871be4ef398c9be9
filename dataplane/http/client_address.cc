// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/client_address.h"

#include <algorithm>
#include <span>

#include "dataplane/http/char_class.h"

namespace penstock::http {
namespace {

using base::IpAddress;

bool is_port(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

// Goes through X-Forwarded-For from its end.
class Walk {
 public:
  Walk(IpAddress peer, const base::PrefixSet& trusted) noexcept
      : client_(peer), trusted_(trusted) {}

  IpAddress client() const noexcept { return client_; }

  enum class Step : uint8_t { GoOn, Stop };
  // One field's value; the last field first.
  Step take(std::string_view value) noexcept {
    while (true) {
      const size_t comma = value.rfind(',');
      const size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
      const auto address = parse_forwarded_for(trim_optional_space(value.substr(begin)));
      if (!address) return Step::Stop;
      client_ = *address;
      if (trust_in(client_, trusted_) == Trust::Untrusted) return Step::Stop;
      if (comma == std::string_view::npos) return Step::GoOn;
      value = value.substr(0, comma);
    }
  }

 private:
  IpAddress client_;
  const base::PrefixSet& trusted_;
};

}  // namespace

Trust trust_in(IpAddress address, const base::PrefixSet& trusted) noexcept {
  return trusted.contains(address) ? Trust::Trusted : Trust::Untrusted;
}

std::optional<IpAddress> parse_forwarded_for(std::string_view element) noexcept {
  if (element.starts_with('[')) {
    const size_t close = element.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view rest = element.substr(close + 1);
    if (!rest.empty() && !(rest.front() == ':' && is_port(rest.substr(1)))) return std::nullopt;
    const auto address = IpAddress::parse(element.substr(1, close - 1));
    return address && element.find(':') < close ? address : std::nullopt;
  }
  const size_t colon = element.find(':');
  // More than one colon: an IPv6 address, which has no port without brackets.
  if (colon != std::string_view::npos && element.find(':', colon + 1) == std::string_view::npos) {
    if (!is_port(element.substr(colon + 1))) return std::nullopt;
    element = element.substr(0, colon);
  }
  return IpAddress::parse(element);
}

IpAddress client_address(IpAddress peer, const FieldTable& fields, base::ByteSpan head,
                         const base::PrefixSet& trusted) noexcept {
  if (!fields.has(FieldId::XForwardedFor) || trust_in(peer, trusted) == Trust::Untrusted) {
    return peer;
  }
  Walk walk(peer, trusted);
  const std::span<const Field> all = fields.fields();
  for (size_t i = all.size(); i > 0; --i) {
    const Field& field = all[i - 1];
    if (field.id != FieldId::XForwardedFor || field.value.empty()) continue;
    if (walk.take(view(field.value, head)) == Walk::Step::Stop) break;
  }
  return walk.client();
}

}  // namespace penstock::http
