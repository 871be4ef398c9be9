// SPDX-License-Identifier: Apache-2.0
#include "control/admin/admin_server.h"

#include <httplib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>
#include <utility>

#include "control/admin/admin_json.h"
#include "control/admin/admin_socket.h"
#include "control/compile/request_description.h"
#include "control/stats/prometheus_text.h"
#include "control/stats/status_json.h"

namespace penstock::admin {
namespace {

using httplib::Request;
using httplib::Response;

constexpr size_t kThreads = 4;
constexpr size_t kBodyBytesMax = 64 * 1024;
constexpr time_t kKeepAliveSeconds = 1;

void answer(Response& response, int status, const nlohmann::json& body) {
  response.status = status;
  // A client's bytes in a message need not be UTF-8.
  response.set_content(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n",
                       "application/json");
}

void answer_problems(Response& response, int status, const model::Problems& problems) {
  answer(response, status, problems_json(problems));
}

void answer_sentence(Response& response, int status, std::string text) {
  answer_problems(response, status, {model::Problem{"", 0, "", std::move(text)}});
}

int status_of(Refusal::Kind kind) {
  switch (kind) {
    case Refusal::Kind::NotFound:
      return 404;
    case Refusal::Kind::Conflict:
      return 409;
    case Refusal::Kind::Invalid:
      break;
  }
  return 422;
}

void answer_outcome(Response& response, const Outcome& outcome) {
  if (outcome.ok()) return answer(response, 200, to_json(*outcome));
  answer_problems(response, status_of(outcome.error().kind), outcome.error().problems);
}

model::BackendReference reference_of(const Request& request) {
  return {request.matches[1].str(), request.matches[2].str()};
}

void answer_backends(Controller& controller, const std::string& pool, Response& response) {
  const nlohmann::json body = stats::backends_json(controller.status(), pool);
  if (!pool.empty() && body["pools"].empty()) {
    return answer_sentence(response, 404, "there is no pool \"" + pool + "\"");
  }
  answer(response, 200, body);
}

void answer_explain(Controller& controller, const Request& request, Response& response) {
  std::vector<std::string> fields;
  for (size_t i = 0; i < request.get_param_value_count("header"); ++i) {
    fields.push_back(request.get_param_value("header", i));
  }
  std::optional<base::IpAddress> source;
  if (request.has_param("source")) {
    source = base::IpAddress::parse(request.get_param_value("source"));
    if (!source) return answer_sentence(response, 422, "source is not an IP address");
  }
  if (!request.has_param("method") || !request.has_param("url")) {
    return answer_sentence(response, 422, "method and url are required");
  }
  const auto described = compile::describe_request(request.get_param_value("method"),
                                                   request.get_param_value("url"), fields, source);
  if (!described.ok()) return answer_sentence(response, 422, described.error());
  answer(response, 200, compile::to_json(controller.explain(*described)));
}

void add_reading_paths(httplib::Server& server, Controller& controller) {
  server.Get("/status", [&controller](const Request&, Response& response) {
    answer(response, 200, stats::status_json(controller.status()));
  });
  server.Get("/backends", [&controller](const Request&, Response& response) {
    answer_backends(controller, "", response);
  });
  server.Get("/backends/([^/]+)", [&controller](const Request& request, Response& response) {
    answer_backends(controller, request.matches[1].str(), response);
  });
  server.Get("/metrics", [&controller](const Request&, Response& response) {
    response.set_content(stats::prometheus_text(controller.status()),
                         "text/plain; version=0.0.4; charset=utf-8");
  });
  server.Get("/explain", [&controller](const Request& request, Response& response) {
    answer_explain(controller, request, response);
  });
}

void add_changing_paths(httplib::Server& server, Controller& controller) {
  server.Post("/reload", [&controller](const Request&, Response& response) {
    answer_outcome(response, controller.reload());
  });
  server.Post("/backends/([^/]+)", [&controller](const Request& request, Response& response) {
    const auto backend = parse_new_backend(request.body);
    if (!backend.ok()) return answer_problems(response, 422, backend.error());
    answer_outcome(response, controller.add_backend(request.matches[1].str(), *backend));
  });
  server.Patch(
      "/backends/([^/]+)/([^/]+)", [&controller](const Request& request, Response& response) {
        const auto change = parse_backend_change(request.body);
        if (!change.ok()) return answer_problems(response, 422, change.error());
        answer_outcome(response, controller.change_backend(reference_of(request), *change));
      });
  server.Delete("/backends/([^/]+)/([^/]+)",
                [&controller](const Request& request, Response& response) {
                  answer_outcome(response, controller.remove_backend(reference_of(request)));
                });
}

void add_failure_paths(httplib::Server& server) {
  const httplib::Server::Handler explain_failure = [](const Request& request, Response& response) {
    if (!response.body.empty()) return;
    answer_sentence(response, response.status,
                    "nothing is known under " + request.method + " " + request.path);
  };
  server.set_error_handler(explain_failure);
  server.set_exception_handler([](const Request&, Response& response, std::exception_ptr cause) {
    try {
      std::rethrow_exception(std::move(cause));
    } catch (const std::exception& error) {
      answer_sentence(response, 500, error.what());
    }
  });
}

}  // namespace

struct AdminServer::State {
  std::string socket_path;
  httplib::Server server;
  std::thread thread;
};

base::Result<std::unique_ptr<AdminServer>, std::string> AdminServer::start(
    const std::string& socket_path, Controller& controller) {
  const auto prepared = prepare_socket_path(socket_path);
  if (!prepared.ok()) return base::Failure{prepared.error()};

  auto state = std::make_unique<State>();
  state->socket_path = socket_path;
  httplib::Server& server = state->server;
  server.set_address_family(AF_UNIX);
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_payload_max_length(kBodyBytesMax);
  server.set_keep_alive_timeout(kKeepAliveSeconds);
  // Linux gives the file that bind() makes the mode of the socket.
  server.set_socket_options([](int socket) { static_cast<void>(::fchmod(socket, 0600)); });
  add_reading_paths(server, controller);
  add_changing_paths(server, controller);
  add_failure_paths(server);
  // A unix socket has no port; the library wants one that is not 0.
  if (!server.bind_to_port(socket_path, 1)) {
    return base::Failure{"admin.socket " + socket_path +
                         " cannot be listened on; is its directory writable?"};
  }
  state->thread = std::thread([&server] { server.listen_after_bind(); });
  // stop() before the loop runs would be lost.
  while (!server.is_running()) std::this_thread::yield();
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(state)));
}

AdminServer::AdminServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

AdminServer::~AdminServer() { stop(); }

void AdminServer::stop() {
  if (!state_->thread.joinable()) return;
  // First the name, so that nobody finds a socket that does not answer.
  ::unlink(state_->socket_path.c_str());
  state_->server.stop();
  state_->thread.join();
}

}  // namespace penstock::admin
