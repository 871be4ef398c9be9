// SPDX-License-Identifier: Apache-2.0
#include "control/compile/http_translation.h"

#include <gtest/gtest.h>

namespace penstock::compile {
namespace {

using model::Forwarding;
using model::Http;

TEST(HttpTranslation, HasTheSameDefaultsOnBothSides) {
  const http::RequestPolicy policy = translate(Http{});
  EXPECT_EQ(policy.mode, http::RequestPolicy{}.mode);
  EXPECT_EQ(policy.underscores, http::RequestPolicy{}.underscores);
  EXPECT_EQ(policy.sent_path, http::RequestPolicy{}.sent_path);
  EXPECT_EQ(policy.path.duplicate_slashes, http::PathPolicy{}.duplicate_slashes);
  EXPECT_EQ(policy.path.encoded_slash, http::PathPolicy{}.encoded_slash);
}

TEST(HttpTranslation, KnowsEveryMode) {
  EXPECT_EQ(translate({.mode = Http::Mode::Monitor}).mode, http::Mode::Monitor);
  EXPECT_EQ(translate({.mode = Http::Mode::Defensive}).mode, http::Mode::Defensive);
  EXPECT_EQ(translate({.mode = Http::Mode::Strictest}).mode, http::Mode::Strictest);
}

TEST(HttpTranslation, KnowsWhatBecomesOfUnderscores) {
  const auto translated = [](Http::Underscores underscores) {
    return translate({.underscores = underscores}).underscores;
  };
  EXPECT_EQ(translated(Http::Underscores::Drop), http::Underscores::Drop);
  EXPECT_EQ(translated(Http::Underscores::Refuse), http::Underscores::Refuse);
  EXPECT_EQ(translated(Http::Underscores::Forward), http::Underscores::Forward);
}

TEST(HttpTranslation, KnowsWhatBecomesOfPaths) {
  const http::RequestPolicy policy = translate({.path = Http::Path::Received,
                                                .duplicate_slashes = Http::DuplicateSlashes::Keep,
                                                .encoded_slash = Http::EncodedSlash::Refuse});
  EXPECT_EQ(policy.sent_path, http::SentPath::Received);
  EXPECT_EQ(policy.path.duplicate_slashes, http::DuplicateSlashes::Keep);
  EXPECT_EQ(policy.path.encoded_slash, http::EncodedSlash::Refuse);
  EXPECT_EQ(translate({.encoded_slash = Http::EncodedSlash::Decode}).path.encoded_slash,
            http::EncodedSlash::Decode);
}

TEST(HttpTranslation, ForwardsByDefaultAsTheDataPlaneDoes) {
  const http::ForwardingPolicy policy = translate(Forwarding{});
  const http::ForwardingPolicy defaults;
  EXPECT_EQ(policy.x_forwarded, defaults.x_forwarded);
  EXPECT_EQ(policy.forwarded, defaults.forwarded);
  EXPECT_EQ(policy.via, defaults.via);
  EXPECT_EQ(policy.via_name, defaults.via_name);
  EXPECT_EQ(policy.request_id, defaults.request_id);
  EXPECT_TRUE(policy.trusted_proxies.empty());
}

TEST(HttpTranslation, KnowsWhatMessagesAreGiven) {
  Forwarding wanted;
  wanted.forwarded = wanted.via = wanted.request_id = Forwarding::Addition::Append;
  wanted.via_name = "edge";
  wanted.trusted_proxies = {*base::IpPrefix::parse("10.0.0.0/8")};
  const http::ForwardingPolicy policy = translate(wanted);
  EXPECT_EQ(policy.forwarded, http::Addition::Append);
  EXPECT_EQ(policy.via, http::Addition::Append);
  EXPECT_EQ(policy.request_id, http::Addition::Append);
  EXPECT_EQ(policy.via_name, "edge");
  EXPECT_EQ(policy.trusted_proxies, base::PrefixSet(wanted.trusted_proxies));
}

TEST(HttpTranslation, KnowsWhatBecomesOfXForwarded) {
  const auto translated = [](Forwarding::XForwarded x_forwarded) {
    Forwarding wanted;
    wanted.x_forwarded = x_forwarded;
    return translate(wanted).x_forwarded;
  };
  EXPECT_EQ(translated(Forwarding::XForwarded::Append), http::XForwarded::Append);
  EXPECT_EQ(translated(Forwarding::XForwarded::Replace), http::XForwarded::Replace);
  EXPECT_EQ(translated(Forwarding::XForwarded::Preserve), http::XForwarded::Preserve);
  EXPECT_EQ(translated(Forwarding::XForwarded::Remove), http::XForwarded::Remove);
}

}  // namespace
}  // namespace penstock::compile
