// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/headers.h"

#include <gtest/gtest.h>

#include "tests/unit/dataplane/http/parsed_head.h"

namespace penstock::http {
namespace {

TEST(FieldTable, FindsTheFirstFieldOfAName) {
  const auto request = request_with("Cookie: a=1\r\nX-One: 1\r\nCookie: b=2\r\nx-one: 2\r\n");
  const FieldTable& fields = request.head.fields;
  EXPECT_EQ(request.of(fields.find(FieldId::Cookie)->value), "a=1");
  EXPECT_EQ(request.of(fields.find("X-ONE", request.bytes())->value), "1");
  EXPECT_EQ(request.of(fields.find("cookie", request.bytes())->value), "a=1");
  EXPECT_EQ(fields.count(FieldId::Cookie), 2u);
  EXPECT_EQ(fields.count(), 5u);
}

TEST(FieldTable, SaysWhatIsNotThere) {
  const auto request = request_with("X-One: 1\r\n");
  const FieldTable& fields = request.head.fields;
  EXPECT_EQ(fields.find(FieldId::Cookie), nullptr);
  EXPECT_EQ(fields.find("X-Two", request.bytes()), nullptr);
  EXPECT_EQ(fields.find("Te", request.bytes()), nullptr);
  EXPECT_EQ(fields.count(FieldId::Te), 0u);
}

TEST(FieldTable, RefusesMoreFieldsThanItCanHold) {
  FieldTable fields;
  for (uint32_t i = 0; i < base::kFieldsMax; ++i) {
    EXPECT_EQ(fields.add({FieldId::Other, {i, 1}, {i, 1}}), AddResult::Added);
  }
  EXPECT_EQ(fields.add({FieldId::Te, {0, 1}, {0, 1}}), AddResult::Full);
  EXPECT_EQ(fields.count(), base::kFieldsMax);
  EXPECT_FALSE(fields.has(FieldId::Te));
}

TEST(FieldTable, ForgetsEverythingWhenCleared) {
  FieldTable fields;
  EXPECT_EQ(fields.add({FieldId::Host, {0, 1}, {1, 1}}), AddResult::Added);
  fields.clear();
  EXPECT_EQ(fields.count(), 0u);
  EXPECT_EQ(fields.find(FieldId::Host), nullptr);
}

}  // namespace
}  // namespace penstock::http
