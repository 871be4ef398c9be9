// SPDX-License-Identifier: Apache-2.0
#include "control/tool/views.h"

#include <cstdint>
#include <vector>

#include "control/tool/text_table.h"

namespace penstock::tool {
namespace {

using nlohmann::json;

// Texts without quotes, everything else as JSON writes it.
std::string cell(const json& object, const char* key) {
  const auto place = object.find(key);
  if (place == object.end() || place->is_null()) return "-";
  return place->is_string() ? place->get<std::string>() : place->dump();
}

const json& list(const json& object, const char* key) {
  static const json kEmpty = json::array();
  const auto place = object.find(key);
  return place == object.end() || !place->is_array() ? kEmpty : *place;
}

std::string duration_text(double seconds) {
  const auto s = static_cast<uint64_t>(seconds);
  if (s < 60) return std::to_string(s) + " s";
  if (s < 3600) return std::to_string(s / 60) + " min " + std::to_string(s % 60) + " s";
  return std::to_string(s / 3600) + " h " + std::to_string(s / 60 % 60) + " min";
}

std::string counted(uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// "no_rule 3, bad_request 1"
std::string labelled(const json& counters, const char* family) {
  std::string text;
  const auto place = counters.find(family);
  if (place == counters.end()) return "none";
  for (const auto& item : place->items()) {
    text += (text.empty() ? "" : ", ") + item.key() + " " + item.value().dump();
  }
  return text.empty() ? "none" : text;
}

std::string line(const std::string& label, const std::string& text) {
  return label + std::string(label.size() < 12 ? 12 - label.size() : 1, ' ') + text + "\n";
}

// The requests, of a hundred, that found a connection which was open already.
std::string reuse_share(const json& object) {
  const auto requests = object.value("requests", uint64_t{0});
  const auto reuses = object.value("reuses", uint64_t{0});
  return requests == 0 ? "-" : std::to_string(100 * reuses / requests);
}

std::string pool_counts(const json& pool) {
  return cell(pool, "requests") + " requests, " + cell(pool, "requests_open") + " now, " +
         cell(pool, "pending") + " waiting, " + cell(pool, "retries") + " retries (" +
         cell(pool, "retries_withheld") + " withheld), " + cell(pool, "refusals") + " refused";
}

std::string listeners_view(const json& status) {
  std::vector<std::vector<std::string>> rows = {
      {"LISTENER", "ADDRESS", "REQUESTS", "ACCEPTED", "DENIED", "REFUSED", "OPEN", "IDLE",
       "REUSED %", "RETRIES", "ABORTS", "RESETS", "REPLIES OF ITS OWN"}};
  for (const json& listener : list(status, "listeners")) {
    rows.push_back({cell(listener, "name"), cell(listener, "address"), cell(listener, "requests"),
                    cell(listener, "accepted"), cell(listener, "denied"), cell(listener, "refused"),
                    cell(listener, "connections_open"), cell(listener, "connections_idle"),
                    reuse_share(listener), cell(listener, "retries"), cell(listener, "aborts"),
                    cell(listener, "resets"), labelled(listener, "replies")});
  }
  return text_table(rows);
}

std::string pool_view(const json& pool) {
  std::vector<std::vector<std::string>> rows = {{"BACKEND", "ADDRESS", "WEIGHT", "STATE",
                                                 "REQUESTS", "NOW", "OPEN", "IDLE", "REUSED %",
                                                 "RETRIES", "RESETS", "FAILED ATTEMPTS"}};
  for (const json& backend : list(pool, "backends")) {
    rows.push_back(
        {cell(backend, "name"), cell(backend, "address"), cell(backend, "weight"),
         cell(backend, "state"), cell(backend, "requests"), cell(backend, "exchanges_open"),
         cell(backend, "connections_open"), cell(backend, "connections_idle"), reuse_share(backend),
         cell(backend, "retries"), cell(backend, "resets"), labelled(backend, "failures")});
  }
  const std::string name = cell(pool, "name") + " (" + cell(pool, "policy") + "): ";
  if (rows.size() == 1) return name + "no backends, requests are answered 503\n";
  return name + pool_counts(pool) + "\n" + text_table(rows);
}

std::string explained_pool_view(const json& pool) {
  std::string text = line("pool", cell(pool, "name") + " (" + cell(pool, "policy") + ")");
  if (const json& key = pool["key"]; key.is_object()) {
    text += line("key", cell(key, "source") + " = \"" + cell(key, "value") + "\", hash " +
                            cell(key, "hash"));
  }
  const bool is_chosen = cell(pool, "backend") != "-";
  text += line("backend", (is_chosen ? cell(pool, "backend") + ": " : "") + cell(pool, "why"));
  std::vector<std::vector<std::string>> rows = {{"  BACKEND", "ADDRESS", "WEIGHT", "STATE"}};
  for (const json& backend : list(pool, "backends")) {
    rows.push_back({"  " + cell(backend, "name"), cell(backend, "address"), cell(backend, "weight"),
                    cell(backend, "state")});
  }
  return rows.size() == 1 ? text : text + text_table(rows);
}

}  // namespace

std::string status_view(const json& status) {
  const json counters = status.value("counters", json::object());
  std::string text = line("penstockd", cell(status, "version") + ", up " +
                                           duration_text(status.value("uptime_s", 0.0)));
  text += line("file", cell(status, "file") + ", generation " + cell(status, "generation") + ", " +
                           counted(status.value("runtime_changes", uint64_t{0}), "runtime change"));
  text += line("requests",
               cell(counters, "requests") + ", " + cell(counters, "exchanges_open") + " open");
  text += line("clients", cell(counters, "downstream_accepted") + " accepted, " +
                              cell(counters, "downstream_open") + " open");
  text += line("responses", labelled(counters, "responses"));
  text += line("replies", labelled(counters, "replies"));
  text += line("deviations", labelled(counters, "deviations"));
  text += line("drops", labelled(counters, "drops"));
  text += line("limited", labelled(counters, "rate_limited"));
  std::vector<std::vector<std::string>> rows = {{"WORKER CORE", "PHASE", "GENERATION", "TURNS",
                                                 "BUSY", "SLEEPS", "REQUESTS", "HANDED OVER",
                                                 "TAKEN OVER", "WRONG CORE"}};
  for (const json& worker : list(status, "workers")) {
    rows.push_back({cell(worker, "core"), cell(worker, "phase"), cell(worker, "generation"),
                    cell(worker, "turns"), cell(worker, "turns_busy"), cell(worker, "sleeps"),
                    cell(worker, "requests"), cell(worker, "frames_handed_over"),
                    cell(worker, "frames_taken_over"), cell(worker, "wrong_core_arrivals")});
  }
  text += text_table(rows) + "\n" + listeners_view(status);
  for (const json& pool : list(status, "pools")) text += "\n" + pool_view(pool);
  return text;
}

std::string backends_view(const json& backends) {
  std::string text;
  for (const json& pool : list(backends, "pools")) {
    text += (text.empty() ? "" : "\n") + pool_view(pool);
  }
  return text.empty() ? "there are no pools\n" : text;
}

std::string explanation_view(const json& explanation) {
  std::string text = line("request", cell(explanation, "request"));
  text += line("listener", cell(explanation, "listener"));
  // Without one, the request is refused before any rule.
  const std::string path = cell(explanation, "path");
  if (path.starts_with('/') || path == "*") text += line("path", path + ", as rules see it");
  for (const json& deviation : list(explanation, "deviations")) {
    text += line("deviation", deviation.get<std::string>());
  }
  if (!list(explanation, "considered").empty()) {
    text += "considered, in order of precedence:\n";
    std::vector<std::vector<std::string>> rows = {{"  RULE", "VERDICT"}};
    for (const json& rule : list(explanation, "considered")) {
      rows.push_back({"  " + cell(rule, "rule"), cell(rule, "verdict")});
    }
    text += text_table(rows);
  }
  const auto rule = explanation.find("rule");
  const bool has_rule = rule != explanation.end() && rule->is_string();
  text += line("rule", has_rule ? rule->get<std::string>() : "none takes this request");
  text += line("outcome", cell(explanation, "outcome"));
  const auto pool = explanation.find("pool");
  if (pool != explanation.end() && pool->is_object()) text += explained_pool_view(*pool);
  return text;
}

std::string change_view(const json& change) {
  std::string text;
  for (const json& warning : list(change, "warnings")) {
    text += "warning: " + warning.get<std::string>() + "\n";
  }
  text += "generation " + cell(change, "generation");
  text += change.value("live", false)
              ? " is live on all workers after " + cell(change, "took_ms") + " ms\n"
              : " is published, but a worker has not taken it yet\n";
  const auto replaced = change.value("runtime_changes_replaced", uint64_t{0});
  if (replaced != 0) {
    text += counted(replaced, "runtime change") + (replaced == 1 ? " was" : " were") +
            " replaced by what the file says\n";
  }
  return text;
}

}  // namespace penstock::tool
