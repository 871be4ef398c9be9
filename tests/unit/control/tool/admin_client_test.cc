// SPDX-License-Identifier: Apache-2.0
#include "control/tool/admin_client.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace penstock::tool {
namespace {

TEST(AdminClient, SaysWhatToDoWhenThereIsNoSocket) {
  const Answer answer = AdminClient("/no/such.sock").get("/status");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error(),
            Lines{"no penstockd answers on /no/such.sock (No such file or directory); start it, or "
                  "name its socket with --socket PATH"});
}

TEST(AdminClient, SaysThatNobodyListens) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.path() / "a.sock";
  std::ofstream(path) << "";
  const Answer answer = AdminClient(path).get("/status");
  ASSERT_FALSE(answer.ok());
  EXPECT_NE(answer.error()[0].find("nobody listens there"), std::string::npos);
}

TEST(AdminClient, EncodesWhatAUrlReserves) {
  EXPECT_EQ(url_encoded("10.0.0.1:80/a b%\xff~"), "10.0.0.1%3A80%2Fa%20b%25%FF~");
}

}  // namespace
}  // namespace penstock::tool
