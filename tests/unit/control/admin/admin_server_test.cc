// SPDX-License-Identifier: Apache-2.0
#include "control/admin/admin_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "tests/support/running_controller.h"

namespace penstock::admin {
namespace {

using ::testing::HasSubstr;

class AdminServerTest : public ::testing::Test {
 protected:
  struct Reply {
    int status = 0;
    std::string text;
    nlohmann::json json;
  };

  void SetUp() override {
    auto started = AdminServer::start(running_.socket(), running_.controller());
    ASSERT_TRUE(started.ok());
    server_ = std::move(started).value();
  }

  Reply ask(const char* method, const std::string& path, const std::string& body = "") {
    httplib::Client client(running_.socket());
    client.set_address_family(AF_UNIX);
    httplib::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    const httplib::Result result = client.send(request);
    if (!result) return {};
    return {result->status, result->body, nlohmann::json::parse(result->body, nullptr, false)};
  }

  penstock::testing::RunningController running_;
  std::unique_ptr<AdminServer> server_;
};

TEST_F(AdminServerTest, GuardsItsSocket) {
  struct stat found {};
  ASSERT_EQ(::stat(running_.socket().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0600u);
}

TEST_F(AdminServerTest, RemovesItsSocketAtTheEnd) {
  server_->stop();
  EXPECT_FALSE(std::filesystem::exists(running_.socket()));
  EXPECT_EQ(ask("GET", "/status").status, 0);
}

TEST_F(AdminServerTest, IsAlone) {
  const auto second = AdminServer::start(running_.socket(), running_.controller());
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error(), HasSubstr("another penstockd answers on"));
  EXPECT_EQ(ask("GET", "/status").status, 200);
}

TEST_F(AdminServerTest, TellsTheStatus) {
  const Reply reply = ask("GET", "/status");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.json["generation"], 1);
  EXPECT_EQ(reply.json["file"], running_.file());
  EXPECT_EQ(reply.json["workers"].size(), 1u);
}

TEST_F(AdminServerTest, TellsMetrics) {
  const Reply reply = ask("GET", "/metrics");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.text, HasSubstr("penstock_requests_total 0\n"));
  EXPECT_THAT(reply.text, HasSubstr("pool=\"shop\",backend=\"s1\""));
}

TEST_F(AdminServerTest, TellsBackends) {
  EXPECT_EQ(ask("GET", "/backends").json["pools"].size(), 2u);
  EXPECT_EQ(ask("GET", "/backends/shop").json["pools"][0]["backends"][0]["name"], "s1");
  EXPECT_EQ(ask("GET", "/backends/none").status, 404);
}

TEST_F(AdminServerTest, AddsChangesAndRemovesABackend) {
  const Reply added = ask("POST", "/backends/api", R"({"address": "10.80.2.40:80"})");
  EXPECT_EQ(added.status, 200);
  EXPECT_EQ(added.json["live"], true);
  EXPECT_EQ(ask("PATCH", "/backends/api/10.80.2.40%3A80", R"({"weight": 9})").status, 200);
  EXPECT_EQ(ask("GET", "/backends/api").json["pools"][0]["backends"][2]["weight"], 9);
  EXPECT_EQ(ask("DELETE", "/backends/api/10.80.2.40%3A80").status, 200);
  EXPECT_EQ(ask("GET", "/backends/api").json["pools"][0]["backends"].size(), 2u);
}

TEST_F(AdminServerTest, SaysWhyItRefuses) {
  EXPECT_EQ(ask("POST", "/backends/api", "{").status, 422);
  EXPECT_EQ(ask("POST", "/backends/api", R"({"address": "10.80.2.11:80"})").status, 409);
  const Reply missing = ask("DELETE", "/backends/api/none");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.json["problems"][0]["text"], "pool \"api\" has no backend \"none\"");
}

TEST_F(AdminServerTest, TellsProblemsOfAReloadWithTheirPlaces) {
  running_.write(penstock::testing::configuration_text(R"({ forward = "none"; })"));
  const Reply reply = ask("POST", "/reload");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.json["problems"][0]["path"], "rules[0].forward");
  EXPECT_EQ(reply.json["problems"][0]["line"], 13);
}

TEST_F(AdminServerTest, ExplainsARequest) {
  const Reply reply = ask("GET",
                          "/explain?method=GET&url=%2Fx&header=Host%3A%20shop.example"
                          "&header=X-A%3A%201&source=10.0.0.9");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.json["rule"], "shop");
  EXPECT_EQ(reply.json["request"], "GET http://shop.example/x from 10.0.0.9");
}

TEST_F(AdminServerTest, RefusesWhatItCannotExplain) {
  EXPECT_EQ(ask("GET", "/explain").status, 422);
  EXPECT_EQ(ask("GET", "/explain?method=GET&url=%2F&source=x").status, 422);
  EXPECT_EQ(ask("GET", "/explain?method=GET&url=%2F&header=x").status, 422);
}

TEST_F(AdminServerTest, SaysThatAPathIsUnknown) {
  const Reply reply = ask("GET", "/nothing");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.json["problems"][0]["text"], "nothing is known under GET /nothing");
}

}  // namespace
}  // namespace penstock::admin
