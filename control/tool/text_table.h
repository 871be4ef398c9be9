// SPDX-License-Identifier: Apache-2.0
//
// Rows of cells -> lines in which the columns stand under each other, two spaces apart. Cells that
// are numbers in all rows but the first stand to the right.
// Pure.
#pragma once

#include <string>
#include <vector>

namespace penstock::tool {

// The first row is the heading. All rows have as many cells as the heading.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace penstock::tool
