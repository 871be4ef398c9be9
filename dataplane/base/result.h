// SPDX-License-Identifier: Apache-2.0
//
// Result<T, E>: a value or the reason why there is none. For a peer's and an operator's mistakes.
// It replaces exceptions on the data path and never allocates by itself.
// `return Failure{Error::TooLong};` or `return value;`. value() of a failure is a failed CHECK.
// Any thread.
#pragma once

#include <utility>
#include <variant>

#include "dataplane/base/check.h"

namespace penstock::base {

template <class E>
struct Failure {
  E error;
};
template <class E>
Failure(E) -> Failure<E>;

// The value of a Result that only says "done".
struct Done {
  bool operator==(const Done&) const noexcept = default;
};

template <class T, class E>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}         // NOLINT
  Result(Failure<E> f) : state_(std::in_place_index<1>, std::move(f.error)) {}  // NOLINT

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  T& value() & noexcept {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& noexcept {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && noexcept {
    CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & noexcept { return value(); }
  const T& operator*() const& noexcept { return value(); }
  T* operator->() noexcept { return &value(); }
  const T* operator->() const noexcept { return &value(); }

  const E& error() const noexcept {
    CHECK(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, E> state_;
};

}  // namespace penstock::base
