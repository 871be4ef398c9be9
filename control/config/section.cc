// SPDX-License-Identifier: Apache-2.0
#include "control/config/section.h"

#include <algorithm>

#include "control/config/suggest.h"
#include "control/model/text_rules.h"

namespace penstock::config {

namespace {

constexpr std::string_view kStringAccepted = "a string in \" \"";
constexpr std::string_view kEndpointAccepted = "ADDRESS:PORT such as \"10.0.0.1:80\"";
constexpr std::string_view kAddressAccepted = "an address such as \"10.0.0.1\"";
constexpr std::string_view kPrefixAccepted = "ADDRESS/LENGTH such as \"10.0.0.1/24\"";
constexpr std::string_view kGroupsAccepted = "a list of groups ( { ... }, { ... } )";

using model::quoted;

std::string wrong_type(Node::Kind kind, std::string_view accepted) {
  return std::string("wrong type: ") + kind_name(kind) + "; accepted: " + std::string(accepted);
}

std::string not_accepted(std::string_view text, std::string_view accepted) {
  return quoted(text) + " is not accepted; accepted: " + std::string(accepted);
}

std::string in_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + quoted(word);
  return text;
}

// "pools[0].backends[2].weight" -> "pools.backends.weight"
std::string without_indexes(const std::string& path) {
  std::string result;
  bool inside = false;
  for (const char c : path) {
    if (c == '[') inside = true;
    if (!inside) result += c;
    if (c == ']') inside = false;
  }
  return result;
}

}  // namespace

Section::Section(Reading& reading, const Node& group, std::string path)
    : reading_(&reading), group_(&group), path_(std::move(path)) {
  reading_->sources.add(path_, group.location);
}

bool Section::has(std::string_view key) { return find(key) != nullptr; }

void Section::add_problem(std::string_view key, std::string text) {
  add_problem_at(model::joined(path_, key), std::move(text));
}

void Section::add_problem_at(std::string path, std::string text) {
  reading_->problems.push_back(reading_->sources.problem(std::move(path), std::move(text)));
}

const Node* Section::find(std::string_view key) {
  const std::string path = model::joined(path_, key);
  reading_->keys_asked.insert(without_indexes(path));
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.emplace_back(key);
  const auto found = std::find_if(group_->children.begin(), group_->children.end(),
                                  [&](const Node& child) { return child.name == key; });
  if (found == group_->children.end()) return nullptr;
  reading_->sources.add(path, found->location);
  return &*found;
}

const Node* Section::find_as(std::string_view key, Node::Kind kind, std::string_view accepted,
                             Presence presence) {
  const Node* node = find(key);
  if (node == nullptr) {
    if (presence == Presence::Required && is_group()) {
      add_problem(key, "missing key; accepted: " + std::string(accepted));
    }
    return nullptr;
  }
  if (node->kind == kind) return node;
  add_problem(key, wrong_type(node->kind, accepted));
  return nullptr;
}

std::optional<int64_t> Section::read_number(std::string_view key, const model::Range& range) {
  const Node* node = find_as(key, Node::Kind::Integer, range.accepted());
  if (node == nullptr) return std::nullopt;
  if (range.contains(node->integer)) return node->integer;
  add_problem(key, range.refusal(node->integer));
  return std::nullopt;
}

base::Duration Section::milliseconds(std::string_view key, base::Duration otherwise) {
  return base::Duration::from_ms(number(key, model::kTimeoutMsRange, otherwise.ms()));
}

base::Duration Section::optional_milliseconds(std::string_view key, base::Duration otherwise) {
  return base::Duration::from_ms(number(key, model::kOptionalTimeoutMsRange, otherwise.ms()));
}

bool Section::flag(std::string_view key) {
  const Node* node = find_as(key, Node::Kind::Boolean, "true or false");
  return node != nullptr && node->integer != 0;
}

std::optional<std::string> Section::optional_text(std::string_view key) {
  const Node* node = find_as(key, Node::Kind::String, kStringAccepted);
  if (node == nullptr) return std::nullopt;
  return node->text;
}

std::string Section::text(std::string_view key, std::string otherwise) {
  return optional_text(key).value_or(std::move(otherwise));
}

std::string Section::required_text(std::string_view key, std::string_view accepted) {
  const Node* node = find_as(key, Node::Kind::String, accepted, Presence::Required);
  if (node == nullptr) return {};
  if (node->text.empty()) add_problem(key, not_accepted("", accepted));
  return node->text;
}

std::optional<size_t> Section::read_choice(std::string_view key,
                                           const std::vector<std::string>& words) {
  const Node* node = find_as(key, Node::Kind::String, in_words(words));
  if (node == nullptr) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), node->text);
  if (found != words.end()) return static_cast<size_t>(found - words.begin());
  add_problem(key, not_accepted(node->text, in_words(words)));
  return std::nullopt;
}

base::Endpoint Section::required_endpoint(std::string_view key) {
  const Node* node = find_as(key, Node::Kind::String, kEndpointAccepted, Presence::Required);
  if (node == nullptr) return {};
  if (const auto endpoint = base::Endpoint::parse(node->text)) return *endpoint;
  add_problem(key, not_accepted(node->text, kEndpointAccepted));
  return {};
}

std::optional<base::IpAddress> Section::optional_address(std::string_view key) {
  const Node* node = find_as(key, Node::Kind::String, kAddressAccepted);
  if (node == nullptr) return std::nullopt;
  const auto address = base::IpAddress::parse(node->text);
  if (address) return address;
  add_problem(key, not_accepted(node->text, kAddressAccepted));
  // Written but unreadable is not the same as absent: what depends on its presence stays quiet.
  return base::IpAddress{};
}

base::IpAddress Section::required_address(std::string_view key) {
  if (!has(key) && is_group())
    add_problem(key, "missing key; accepted: " + std::string(kAddressAccepted));
  return optional_address(key).value_or(base::IpAddress{});
}

base::IpPrefix Section::required_prefix(std::string_view key) {
  const Node* node = find_as(key, Node::Kind::String, kPrefixAccepted, Presence::Required);
  if (node == nullptr) return {};
  if (const auto prefix = base::IpPrefix::parse(node->text)) return *prefix;
  add_problem(key, not_accepted(node->text, kPrefixAccepted));
  return {};
}

const Node* Section::find_list(std::string_view key, std::string_view accepted, Presence presence) {
  const Node* list = find_as(key, Node::Kind::List, accepted, presence);
  if (list == nullptr) return nullptr;
  for (size_t i = 0; i < list->children.size(); ++i) {
    reading_->sources.add(model::indexed(model::joined(path_, key), i), list->children[i].location);
  }
  return list;
}

std::optional<std::string> Section::element_text(const Node& element, const std::string& path,
                                                 std::string_view accepted) {
  if (element.kind == Node::Kind::String) return element.text;
  add_problem_at(path, wrong_type(element.kind, accepted));
  return std::nullopt;
}

std::vector<std::string> Section::texts(std::string_view key) {
  const Node* list = find_list(key, "a list of strings [ \"...\" ]", Presence::Optional);
  std::vector<std::string> result;
  if (list == nullptr) return result;
  for (size_t i = 0; i < list->children.size(); ++i) {
    const std::string path = model::indexed(model::joined(path_, key), i);
    result.push_back(element_text(list->children[i], path, kStringAccepted).value_or(""));
  }
  return result;
}

std::optional<std::vector<uint32_t>> Section::numbers(std::string_view key,
                                                      const model::Range& range) {
  const Node* list = find_list(key, "a list of integers [ 1, 2 ]", Presence::Optional);
  if (list == nullptr) return std::nullopt;
  std::vector<uint32_t> result;
  for (size_t i = 0; i < list->children.size(); ++i) {
    const Node& element = list->children[i];
    const std::string path = model::indexed(model::joined(path_, key), i);
    const bool is_integer = element.kind == Node::Kind::Integer;
    if (!is_integer) {
      add_problem_at(path, wrong_type(element.kind, range.accepted()));
    } else if (!range.contains(element.integer)) {
      add_problem_at(path, range.refusal(element.integer));
    }
    const bool is_right = is_integer && range.contains(element.integer);
    result.push_back(is_right ? static_cast<uint32_t>(element.integer) : 0);
  }
  return result;
}

std::vector<base::IpPrefix> Section::prefixes(std::string_view key, Presence presence) {
  const Node* list = find_list(key, "a list such as [ \"10.0.0.1/24\" ]", presence);
  std::vector<base::IpPrefix> result;
  if (list == nullptr) return result;
  for (size_t i = 0; i < list->children.size(); ++i) {
    const std::string path = model::indexed(model::joined(path_, key), i);
    const auto text = element_text(list->children[i], path, kPrefixAccepted);
    const auto prefix = text ? base::IpPrefix::parse(*text) : std::nullopt;
    if (text && !prefix) add_problem_at(path, not_accepted(*text, kPrefixAccepted));
    result.push_back(prefix.value_or(base::IpPrefix{}));
  }
  return result;
}

std::vector<base::IpAddress> Section::addresses(std::string_view key) {
  const Node* list = find_list(key, "a list such as [ \"10.0.0.1\" ]", Presence::Optional);
  std::vector<base::IpAddress> result;
  if (list == nullptr) return result;
  for (size_t i = 0; i < list->children.size(); ++i) {
    const std::string path = model::indexed(model::joined(path_, key), i);
    const auto text = element_text(list->children[i], path, kAddressAccepted);
    const auto address = text ? base::IpAddress::parse(*text) : std::nullopt;
    if (text && !address) add_problem_at(path, not_accepted(*text, kAddressAccepted));
    result.push_back(address.value_or(base::IpAddress{}));
  }
  return result;
}

std::optional<Section> Section::section(std::string_view key) {
  const Node* group = find_as(key, Node::Kind::Group, "a group { ... }");
  if (group == nullptr) return std::nullopt;
  return Section(*reading_, *group, model::joined(path_, key));
}

std::vector<Section> Section::sections(std::string_view key, Presence presence) {
  const Node* list = find_list(key, kGroupsAccepted, presence);
  std::vector<Section> result;
  if (list == nullptr) return result;
  for (size_t i = 0; i < list->children.size(); ++i) {
    const Node& element = list->children[i];
    const std::string path = model::indexed(model::joined(path_, key), i);
    if (element.kind != Node::Kind::Group) {
      add_problem_at(path, wrong_type(element.kind, "a group { ... }"));
      reading_->unreadable.insert(path);
    }
    result.push_back(Section(*reading_, element, path));
  }
  return result;
}

void Section::finish() {
  if (!is_group()) return;
  for (const Node& child : group_->children) {
    if (std::find(asked_.begin(), asked_.end(), child.name) != asked_.end()) continue;
    const std::string path = model::joined(path_, child.name);
    reading_->sources.add(path, child.location);
    const auto meant = closest(child.name, asked_);
    std::string accepted;
    for (const std::string& key : asked_) accepted += (accepted.empty() ? "" : ", ") + key;
    add_problem_at(path, "unknown key" + (meant ? "; did you mean " + *meant + "?" : ";") +
                             " accepted: " + accepted);
  }
}

}  // namespace penstock::config
