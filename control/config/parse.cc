// SPDX-License-Identifier: Apache-2.0
#include "control/config/parse.h"

#include <libconfig.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "control/config/integer_width.h"

namespace penstock::config {

namespace {

class LibconfigTree {
 public:
  LibconfigTree() { config_init(&config_); }
  LibconfigTree(const LibconfigTree&) = delete;
  LibconfigTree& operator=(const LibconfigTree&) = delete;
  ~LibconfigTree() { config_destroy(&config_); }

  config_t* get() { return &config_; }

 private:
  config_t config_;
};

// Empty for a file in the current folder.
std::string folder_of(const std::string& file) {
  const size_t slash = file.rfind('/');
  if (slash == std::string::npos) return "";
  return slash == 0 ? "/" : file.substr(0, slash);
}

Node::Kind kind_of(const config_setting_t* setting) {
  switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
      return Node::Kind::Integer;
    case CONFIG_TYPE_FLOAT:
      return Node::Kind::Float;
    case CONFIG_TYPE_BOOL:
      return Node::Kind::Boolean;
    case CONFIG_TYPE_STRING:
      return Node::Kind::String;
    case CONFIG_TYPE_ARRAY:
    case CONFIG_TYPE_LIST:
      return Node::Kind::List;
    default:
      return Node::Kind::Group;
  }
}

// The depth of the recursion is bounded by libconfig's own parser stack.
Node node_from(const config_setting_t* setting, const std::string& file) {
  Node node;
  node.kind = kind_of(setting);
  if (const char* name = config_setting_name(setting)) node.name = name;
  // libconfig leaves the file of the outermost text empty.
  const char* source = config_setting_source_file(setting);
  node.location = {source != nullptr ? source : file, config_setting_source_line(setting)};
  switch (node.kind) {
    case Node::Kind::Integer:
      node.integer = config_setting_get_int64(setting);
      break;
    case Node::Kind::Float:
      node.real = config_setting_get_float(setting);
      break;
    case Node::Kind::Boolean:
      node.integer = config_setting_get_bool(setting);
      break;
    case Node::Kind::String:
      if (const char* text = config_setting_get_string(setting)) node.text = text;
      break;
    case Node::Kind::List:
    case Node::Kind::Group:
      for (int i = 0; i < config_setting_length(setting); ++i) {
        const unsigned index = static_cast<unsigned>(i);
        node.children.push_back(node_from(config_setting_get_elem(setting, index), file));
      }
      break;
  }
  return node;
}

model::Problem syntax_problem(const config_t* config, const std::string& file) {
  const char* words = config_error_text(config);
  std::string text = words != nullptr ? words : "cannot be read";
  if (text == "duplicate setting name") {
    text = "duplicate key; accepted: each key once in its group";
  } else if (text == "cannot open include file") {
    text += "; accepted: a readable file, named from the folder of this one";
  } else {
    text += "; accepted: KEY = VALUE, with groups in { }, lists in ( ) and strings in \" \"";
  }
  const char* source = config_error_file(config);
  return {source != nullptr ? source : file, static_cast<uint32_t>(config_error_line(config)), "",
          std::move(text)};
}

void add_files(const Node& node, std::set<std::string>& files) {
  files.insert(node.location.file);
  for (const Node& child : node.children) add_files(child, files);
}

std::string text_of(const std::string& file) {
  std::ifstream input(file, std::ios::binary);
  std::ostringstream text;
  text << input.rdbuf();
  return text.str();
}

// libconfig keeps no trace of what it cut, so the texts are looked at again, the included ones too.
std::optional<model::Problem> width_problem(const Node& root, const std::string& file,
                                            std::string_view text) {
  std::set<std::string> files;
  add_files(root, files);
  for (const std::string& name : files) {
    const std::string included = name == file ? "" : text_of(name);
    if (const auto cut = find_cut_integer(name == file ? text : included)) {
      return model::Problem{name, cut->line, "", cut->text};
    }
  }
  return std::nullopt;
}

}  // namespace

base::Result<Node, model::Problem> parse(const std::string& file, std::string_view text) {
  const size_t zero = text.find('\0');
  if (zero != std::string_view::npos) {
    // libconfig would take the zero for the end and ignore the rest.
    const auto end = text.begin() + static_cast<ptrdiff_t>(zero);
    const auto line = static_cast<uint32_t>(1 + std::count(text.begin(), end, '\n'));
    return base::Failure{model::Problem{file, line, "", "a zero byte; accepted: text"}};
  }
  LibconfigTree tree;
  const std::string folder = folder_of(file);
  if (!folder.empty()) config_set_include_dir(tree.get(), folder.c_str());
  if (config_read_string(tree.get(), std::string(text).c_str()) != CONFIG_TRUE) {
    return base::Failure{syntax_problem(tree.get(), file)};
  }
  Node root = node_from(config_root_setting(tree.get()), file);
  root.location = {file, 1};
  if (auto problem = width_problem(root, file, text)) return base::Failure{std::move(*problem)};
  return root;
}

}  // namespace penstock::config
