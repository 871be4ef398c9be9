// SPDX-License-Identifier: Apache-2.0
#include "control/config/syntax_tree.h"

#include "dataplane/base/check.h"

namespace penstock::config {

const char* kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::Group:
      return "a group";
    case Node::Kind::List:
      return "a list";
    case Node::Kind::Integer:
      return "an integer";
    case Node::Kind::Float:
      return "a number with a fraction";
    case Node::Kind::Boolean:
      return "true or false";
    case Node::Kind::String:
      return "a string";
  }
  CHECK_NOT_REACHED();
}

}  // namespace penstock::config
