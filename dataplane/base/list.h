// SPDX-License-Identifier: Apache-2.0
//
// An intrusive doubly linked list: membership costs two pointers in the element and no allocation.
// An element derives from ListNode<Tag> once per list it can be on; it is on at most one list per
// Tag. The list does not own its elements.
// Owned by one worker; not thread safe.
// Invariants: (1) a node is linked exactly when is_linked(); (2) a linked node is never destroyed.
#pragma once

#include "dataplane/base/check.h"

namespace penstock::base {

template <class Tag>
class ListNode {
 public:
  ListNode() noexcept = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  ~ListNode() { DCHECK(!is_linked()); }

  bool is_linked() const noexcept { return next_ != nullptr; }

  void unlink() noexcept {
    DCHECK(is_linked());
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
  }

 private:
  template <class T, class U>
  friend class List;
  ListNode* next_ = nullptr;
  ListNode* previous_ = nullptr;
};

template <class T, class Tag>
class List {
 public:
  using Node = ListNode<Tag>;

  List() noexcept { head_.next_ = head_.previous_ = &head_; }
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  ~List() {
    DCHECK(empty());
    head_.next_ = head_.previous_ = nullptr;
  }

  bool empty() const noexcept { return head_.next_ == &head_; }
  T* front() noexcept { return empty() ? nullptr : element(head_.next_); }
  const T* front() const noexcept { return empty() ? nullptr : element(head_.next_); }
  T* back() noexcept { return empty() ? nullptr : element(head_.previous_); }
  // The element after `item`, or nullptr at the end.
  T* next(T& item) noexcept {
    Node* node = static_cast<Node&>(item).next_;
    return node == &head_ ? nullptr : element(node);
  }

  void push_back(T& item) noexcept { insert_before(head_, item); }
  void push_front(T& item) noexcept { insert_before(*head_.next_, item); }
  void remove(T& item) noexcept { static_cast<Node&>(item).unlink(); }

  T* pop_front() noexcept { return pop(front()); }
  T* pop_back() noexcept { return pop(back()); }

 private:
  static T* element(Node* node) noexcept { return static_cast<T*>(node); }

  static void insert_before(Node& position, Node& node) noexcept {
    DCHECK(!node.is_linked());
    node.next_ = &position;
    node.previous_ = position.previous_;
    position.previous_->next_ = &node;
    position.previous_ = &node;
  }

  T* pop(T* item) noexcept {
    if (item != nullptr) remove(*item);
    return item;
  }

  Node head_;
};

}  // namespace penstock::base
