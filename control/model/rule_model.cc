// SPDX-License-Identifier: Apache-2.0
#include "control/model/rule_model.h"

#include "dataplane/base/check.h"

namespace penstock::model {

const char* path_condition_key(PathCondition::Kind kind) {
  switch (kind) {
    case PathCondition::Kind::Any:
      return "";
    case PathCondition::Kind::Exact:
      return "path";
    case PathCondition::Kind::Prefix:
      return "path_prefix";
    case PathCondition::Kind::Regex:
      return "path_regex";
  }
  CHECK_NOT_REACHED();
}

}  // namespace penstock::model
