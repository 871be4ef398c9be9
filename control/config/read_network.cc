// SPDX-License-Identifier: Apache-2.0
#include "control/config/read_configuration.h"

namespace penstock::config {

namespace {

void read_interface(Section& section, model::Interface& interface) {
  interface.source_addresses = section.addresses("source_addresses");
  interface.gateway = section.optional_address("gateway");
  interface.gateway_ipv6 = section.optional_address("gateway_ipv6");
  interface.reply_to = section.choice(
      "reply_to", {{"route", model::ReplyTo::Route}, {"sender", model::ReplyTo::Sender}},
      interface.reply_to);
}

model::Vlan read_vlan(Section section) {
  model::Vlan vlan;
  if (!section.has("tag")) {
    section.add_problem("tag", "missing key; accepted: " + model::kVlanTagRange.accepted());
  }
  vlan.tag = section.number("tag", model::kVlanTagRange, vlan.tag);
  vlan.addresses = section.prefixes("addresses", Presence::Required);
  read_interface(section, vlan);
  section.finish();
  return vlan;
}

model::Port read_port(Section section) {
  model::Port port;
  port.name = section.required_text("name", "a name such as \"client\"");
  port.device = section.required_text(
      "device", "a PCI address \"0000:3b:00.0\" or a vdev \"net_tap0,iface=client\"");
  port.mtu = section.number("mtu", model::kMtuRange, port.mtu);
  // Without addresses of its own a port has none but tagged frames.
  port.addresses =
      section.prefixes("addresses", section.has("vlans") ? Presence::Optional : Presence::Required);
  read_interface(section, port);
  for (Section& vlan : section.sections("vlans", Presence::Optional)) {
    port.vlans.push_back(read_vlan(vlan));
  }
  section.finish();
  return port;
}

model::StaticRoute read_route(Section section) {
  model::StaticRoute route;
  route.to = section.required_prefix("to");
  route.via = section.required_address("via");
  route.port = section.required_text("port", "the name of a port");
  route.vlan = section.number("vlan", model::kVlanTagRange, route.vlan);
  section.finish();
  return route;
}

model::Listener read_listener(Section section) {
  model::Listener listener;
  listener.name = section.required_text("name", "a name such as \"web\"");
  listener.address = section.required_endpoint("address");
  listener.proxy_protocol = section.choice("proxy_protocol",
                                           {{"off", model::Listener::ProxyProtocol::Off},
                                            {"require", model::Listener::ProxyProtocol::Require}},
                                           listener.proxy_protocol);
  listener.allow = section.prefixes("allow", Presence::Optional);
  listener.deny = section.prefixes("deny", Presence::Optional);
  listener.connection_rate = section.text("connection_rate", "");
  listener.request_rate = section.text("request_rate", "");
  listener.connections_per_source_max =
      section.number("connections_per_source_max", model::kConnectionsPerSourceRange,
                     listener.connections_per_source_max);
  section.finish();
  return listener;
}

}  // namespace

void read_network(Section& top, model::Configuration& configuration) {
  for (Section& section : top.sections("ports", Presence::Required)) {
    configuration.ports.push_back(read_port(section));
  }
  for (Section& section : top.sections("routes", Presence::Optional)) {
    configuration.routes.push_back(read_route(section));
  }
  for (Section& section : top.sections("listeners", Presence::Required)) {
    configuration.listeners.push_back(read_listener(section));
  }
}

}  // namespace penstock::config
