// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/slice_sink.h"

#include <gtest/gtest.h>

#include "tests/support/eal_environment.h"
#include "tests/support/slices.h"

namespace penstock::proxy {
namespace {

TEST(SliceSink, KeepsWhatIsAppendedInOneSlice) {
  nic::PacketPool pool = testing::make_test_pool();
  SliceSink sink(pool);
  sink.append("GET / ");
  sink.append("HTTP/1.1\r\n");
  const nic::SliceQueue queue = sink.take();
  EXPECT_TRUE(sink.ok());
  EXPECT_EQ(queue.count(), 1u);
  EXPECT_EQ(testing::text_of(queue), "GET / HTTP/1.1\r\n");
}

TEST(SliceSink, GoesOnInAnotherSliceWhenOneIsFull) {
  nic::PacketPool pool = testing::make_test_pool();
  SliceSink sink(pool);
  const std::string text(3 * nic::PacketPool::kDataBytes + 1, 'x');
  sink.append(text);
  const nic::SliceQueue queue = sink.take();
  EXPECT_EQ(queue.count(), 4u);
  EXPECT_EQ(testing::text_of(queue), text);
}

TEST(SliceSink, TakesNothingWhenNothingWasAppended) {
  nic::PacketPool pool = testing::make_test_pool();
  SliceSink sink(pool);
  EXPECT_TRUE(sink.take().empty());
  EXPECT_TRUE(sink.ok());
}

TEST(SliceSink, SaysWhenThePoolIsAtItsLimit) {
  nic::PacketPool pool = testing::make_test_pool({.buffers = 3, .references = 3});
  SliceSink sink(pool);
  sink.append(std::string(8 * nic::PacketPool::kDataBytes, 'x'));
  EXPECT_FALSE(sink.ok());
}

TEST(SliceSink, GivesItsBuffersBackWhenNobodyTakesThem) {
  nic::PacketPool pool = testing::make_test_pool();
  {
    SliceSink sink(pool);
    sink.append(std::string(2 * nic::PacketPool::kDataBytes + 5, 'x'));
    EXPECT_EQ(pool.buffers_in_use(), 3u);
  }
  EXPECT_EQ(pool.buffers_in_use(), 0u);
}

}  // namespace
}  // namespace penstock::proxy
