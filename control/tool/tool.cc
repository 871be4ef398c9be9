// SPDX-License-Identifier: Apache-2.0
#include "control/tool/tool.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "control/compile/version.h"
#include "control/model/configuration.h"
#include "control/tool/admin_client.h"
#include "control/tool/offline.h"
#include "control/tool/views.h"

namespace penstock::tool {
namespace {

using nlohmann::json;
using View = std::string (*)(const json&);

// Everything that can stand on a command line; a subcommand reads its own part.
struct Words {
  std::string socket = model::Admin{}.socket;
  bool wants_json = false;
  std::string file;
  std::string pool;
  std::string backend;
  std::string backend_name;
  uint32_t weight = 1;
  std::string source;
  RequestWords request;
};

struct Session {
  const Words& words;
  std::ostream& out;
  std::ostream& err;

  AdminClient daemon() const { return AdminClient(words.socket); }

  int fail(const Lines& lines) const {
    for (const std::string& text : lines) err << text << "\n";
    return 1;
  }

  int show(const Answer& answer, View view) const {
    if (!answer.ok()) return fail(answer.error());
    out << (words.wants_json ? answer->dump(2) + "\n" : view(*answer));
    return 0;
  }

  std::string backend_path() const {
    return "/backends/" + url_encoded(words.pool) + "/" + url_encoded(words.backend);
  }

  int change_backend(const json& change) const {
    return show(daemon().patch(backend_path(), change), change_view);
  }
};

int run_check(const Session& session) {
  const auto checked = check_offline(session.words.file);
  if (!checked.ok()) return session.fail(checked.error());
  for (const std::string& warning : *checked) session.out << "warning: " << warning << "\n";
  session.out << session.words.file << ": ok\n";
  return 0;
}

int run_add(const Session& session) {
  json body = {{"address", session.words.backend}, {"weight", session.words.weight}};
  if (!session.words.backend_name.empty()) body["name"] = session.words.backend_name;
  const std::string path = "/backends/" + url_encoded(session.words.pool);
  return session.show(session.daemon().post(path, body), change_view);
}

int run_explain(const Session& session) {
  RequestWords request = session.words.request;
  if (!session.words.source.empty()) {
    request.source = base::IpAddress::parse(session.words.source);
    if (!request.source) {
      return session.fail({"\"" + session.words.source + "\" is not an IP address"});
    }
  }
  if (!session.words.file.empty()) {
    return session.show(explain_offline(session.words.file, request), explanation_view);
  }
  std::string path =
      "/explain?method=" + url_encoded(request.method) + "&url=" + url_encoded(request.url);
  for (const std::string& field : request.fields) path += "&header=" + url_encoded(field);
  if (request.source) path += "&source=" + url_encoded(session.words.source);
  return session.show(session.daemon().get(path), explanation_view);
}

int run_backends(const Session& session) {
  const std::string& pool = session.words.pool;
  const std::string path = pool.empty() ? "/backends" : "/backends/" + url_encoded(pool);
  return session.show(session.daemon().get(path), backends_view);
}

using Run = std::function<int(const Session&)>;

// The command line's grammar, and which subcommand was given.
class Grammar {
 public:
  Grammar() : app_("Looks at, and changes, a running penstockd; checks its configuration.") {
    app_.name("penstock");
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.add_option("--socket", words_.socket, "admin socket of the daemon")
        ->envname("PENSTOCK_SOCKET")
        ->capture_default_str();
    app_.add_flag("--json", words_.wants_json, "print JSON");
    add_file_commands();
    add_daemon_commands();
    add_backend_commands();
  }

  // The words are in the order of the command line.
  void parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app_.parse(words);
  }
  // Help that was asked for is an answer; everything else is one sentence.
  int exit(const CLI::ParseError& error, std::ostream& out, std::ostream& err) {
    if (error.get_exit_code() == 0) return app_.exit(error, out, err);
    err << "penstock: " << error.what() << "; 'penstock --help' tells the commands\n";
    return 1;
  }
  const Words& words() const { return words_; }
  int run(const Session& session) const { return run_(session); }

 private:
  CLI::App* command(CLI::App& parent, const char* name, const char* help, Run run) {
    CLI::App* added = parent.add_subcommand(name, help);
    added->callback([this, run] { run_ = run; });
    return added;
  }

  void add_file_commands() {
    CLI::App* check = command(app_, "check", "say everything that is wrong with a file", run_check);
    check->add_option("FILE", words_.file, "configuration file")->required();
    CLI::App* explain =
        command(app_, "explain", "say which rule and backend a request gets, and why", run_explain);
    explain->add_option("METHOD", words_.request.method)->required();
    explain->add_option("URL", words_.request.url)->required();
    explain->add_option("-H,--header", words_.request.fields, "header field, 'Name: value'")
        ->allow_extra_args(false);
    explain->add_option("--source", words_.source, "the client's address");
    explain->add_option("--config", words_.file, "ask this file instead of a running daemon");
    command(app_, "version", "say which version this is", [](const Session& session) {
      session.out << "penstock " << compile::version() << "\n";
      return 0;
    });
  }

  void add_daemon_commands() {
    command(app_, "status", "what runs, and what it has done", [](const Session& session) {
      return session.show(session.daemon().get("/status"), status_view);
    });
    CLI::App* backends =
        command(app_, "backends", "the backends of all pools, or of one", run_backends);
    backends->add_option("POOL", words_.pool);
    command(app_, "reload", "read the configuration file again", [](const Session& session) {
      return session.show(session.daemon().post("/reload"), change_view);
    });
  }

  void add_backend_commands() {
    CLI::App* backend = app_.add_subcommand("backend", "change a pool's backends at run time");
    backend->require_subcommand(1);
    backend->fallthrough();
    const auto of_pool = [&](const char* name, const char* help, const char* what, Run run) {
      CLI::App* added = command(*backend, name, help, std::move(run));
      added->add_option("POOL", words_.pool)->required();
      added->add_option(what, words_.backend)->required();
      return added;
    };
    CLI::App* add = of_pool("add", "add a backend", "ADDRESS:PORT", run_add);
    add->add_option("--weight", words_.weight, "share of the work, 0 to 256");
    add->add_option("--name", words_.backend_name, "instead of ADDRESS:PORT");
    CLI::App* weight =
        of_pool("weight", "change a backend's share", "BACKEND", [](const Session& session) {
          return session.change_backend({{"weight", session.words.weight}});
        });
    weight->add_option("WEIGHT", words_.weight, "0 to 256")->required();
    of_pool("drain", "give a backend nothing new", "BACKEND", [](const Session& session) {
      return session.change_backend({{"state", "draining"}});
    });
    of_pool("undrain", "give a backend work again", "BACKEND", [](const Session& session) {
      return session.change_backend({{"state", "active"}});
    });
    of_pool("remove", "remove a backend; what it is answering, it finishes", "BACKEND",
            [](const Session& session) {
              return session.show(session.daemon().remove(session.backend_path()), change_view);
            });
  }

  CLI::App app_;
  Words words_;
  Run run_;
};

}  // namespace

int run_tool(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  Grammar grammar;
  try {
    grammar.parse(words);
  } catch (const CLI::ParseError& error) {
    return grammar.exit(error, out, err);
  }
  return grammar.run(Session{grammar.words(), out, err});
}

}  // namespace penstock::tool
