// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/list.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

struct TagA {};
struct TagB {};
struct Item : ListNode<TagA>, ListNode<TagB> {};

TEST(List, KeepsTheOrderAndForgetsWhatIsRemoved) {
  List<Item, TagA> list;
  Item a, b, c;
  list.push_back(b);
  list.push_back(c);
  list.push_front(a);
  list.remove(b);
  EXPECT_EQ(list.next(a), &c);
  EXPECT_EQ(list.back(), &c);
  EXPECT_EQ(list.pop_front(), &a);
  EXPECT_EQ(list.pop_back(), &c);
  EXPECT_EQ(list.pop_front(), nullptr);
}

TEST(List, LetsAnElementBeOnOneListPerTag) {
  List<Item, TagA> as;
  List<Item, TagB> bs;
  Item item;
  as.push_back(item);
  bs.push_back(item);
  as.remove(item);
  EXPECT_TRUE(as.empty());
  EXPECT_EQ(bs.pop_front(), &item);
}

}  // namespace
}  // namespace penstock::base
