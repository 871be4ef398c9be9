// SPDX-License-Identifier: Apache-2.0
#include "dataplane/http/date.h"

#include <algorithm>
#include <chrono>

namespace penstock::http {
namespace {

constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

class Writer {
 public:
  explicit Writer(char* at) noexcept : at_(at) {}

  Writer& text(std::string_view text) noexcept {
    at_ = std::copy(text.begin(), text.end(), at_);
    return *this;
  }
  Writer& digits(uint32_t number, uint32_t width) noexcept {
    for (uint32_t i = width; i-- > 0; number /= 10) at_[i] = static_cast<char>('0' + number % 10);
    at_ += width;
    return *this;
  }

 private:
  char* at_;
};

}  // namespace

void DateText::render(int64_t second) noexcept {
  using std::chrono::floor;
  second_ = second;
  const std::chrono::sys_seconds moment{
      std::chrono::seconds(std::clamp<int64_t>(second, 0, kSecondMax))};
  const auto day = floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const auto of_day = static_cast<uint32_t>((moment - day).count());
  const auto month = static_cast<unsigned>(date.month());
  const auto year = static_cast<uint32_t>(static_cast<int>(date.year()));
  Writer(text_.data())
      .text(kDays.substr(3 * std::chrono::weekday(day).c_encoding(), 3))
      .text(", ")
      .digits(static_cast<unsigned>(date.day()), 2)
      .text(" ")
      .text(kMonths.substr(3 * (month - 1), 3))
      .text(" ")
      .digits(year, 4)
      .text(" ")
      .digits(of_day / 3600, 2)
      .text(":")
      .digits(of_day / 60 % 60, 2)
      .text(":")
      .digits(of_day % 60, 2)
      .text(" GMT");
}

}  // namespace penstock::http
