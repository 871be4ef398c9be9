// SPDX-License-Identifier: Apache-2.0
#include "control/stats/access_log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/sample_record.h"
#include "tests/support/temporary_folder.h"

namespace penstock::stats {
namespace {

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

class AccessLogFile : public ::testing::Test {
 protected:
  void post(int records) {
    for (int i = 0; i < records; ++i) {
      ASSERT_TRUE(channel_.access_records.post(penstock::testing::sample_record()));
    }
  }
  penstock::testing::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "access.log";
  worker::Channel channel_;
};

TEST_F(AccessLogFile, GetsALineForEachRecord) {
  auto log = AccessLog::open(file_);
  ASSERT_TRUE(log.ok());
  post(3);
  EXPECT_EQ(log->drain(channel_), 3u);
  EXPECT_EQ(log->drain(channel_), 0u);
  log->flush();
  ASSERT_EQ(lines_of(file_).size(), 3u);
  EXPECT_NE(lines_of(file_)[0].find("\"GET /cart?id=1\" shop.example 200"), std::string::npos);
}

TEST_F(AccessLogFile, IsAppendedTo) {
  for (int run = 0; run < 2; ++run) {
    auto log = AccessLog::open(file_);
    post(1);
    log->drain(channel_);
  }
  EXPECT_EQ(lines_of(file_).size(), 2u);
}

TEST_F(AccessLogFile, IsWrittenAnewAfterRotation) {
  auto log = AccessLog::open(file_);
  post(2);
  log->drain(channel_);
  std::filesystem::rename(file_, folder_.path() / "access.log.1");
  ASSERT_TRUE(log->reopen().ok());
  post(1);
  log->drain(channel_);
  log->flush();
  EXPECT_EQ(lines_of(folder_.path() / "access.log.1").size(), 2u);
  EXPECT_EQ(lines_of(file_).size(), 1u);
}

TEST_F(AccessLogFile, ThatCannotBeOpenedIsRefusedInOneSentence) {
  const auto log = AccessLog::open(folder_.path());
  ASSERT_FALSE(log.ok());
  EXPECT_EQ(log.error().find('\n'), std::string::npos);
  EXPECT_NE(log.error().find(folder_.path().string()), std::string::npos);
}

}  // namespace
}  // namespace penstock::stats
