// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <string>
#include <vector>

#include "control/tool/tool.h"

int main(int argc, char** argv) {
  return penstock::tool::run_tool(std::vector<std::string>(argv + 1, argv + argc), std::cout,
                                  std::cerr);
}
