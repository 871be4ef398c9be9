// SPDX-License-Identifier: Apache-2.0
#include "control/tool/text_table.h"

#include <algorithm>

#include "dataplane/base/check.h"

namespace penstock::tool {
namespace {

bool is_number(const std::string& cell) {
  return !cell.empty() && cell.find_first_not_of("0123456789.") == std::string::npos;
}

struct Column {
  size_t width = 0;
  bool is_numeric = true;
};

std::vector<Column> measure(const std::vector<std::vector<std::string>>& rows) {
  std::vector<Column> columns(rows.front().size());
  for (size_t row = 0; row < rows.size(); ++row) {
    CHECK(rows[row].size() == columns.size());
    for (size_t i = 0; i < columns.size(); ++i) {
      columns[i].width = std::max(columns[i].width, rows[row][i].size());
      if (row != 0 && !is_number(rows[row][i])) columns[i].is_numeric = false;
    }
  }
  return columns;
}

}  // namespace

std::string text_table(const std::vector<std::vector<std::string>>& rows) {
  CHECK(!rows.empty());
  const std::vector<Column> columns = measure(rows);
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::string padding(columns[i].width - row[i].size(), ' ');
      if (i != 0) line += "  ";
      line += columns[i].is_numeric ? padding + row[i] : row[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace penstock::tool
