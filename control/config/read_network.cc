// SPDX-License-Identifier: Apache-2.0
#include "control/config/read_configuration.h"

namespace penstock::config {

namespace {

model::Port read_port(Section section) {
  model::Port port;
  port.name = section.required_text("name", "a name such as \"client\"");
  port.device = section.required_text(
      "device", "a PCI address \"0000:3b:00.0\" or a vdev \"net_tap0,iface=client\"");
  port.mtu = section.number("mtu", model::kMtuRange, port.mtu);
  port.addresses = section.prefixes("addresses", Presence::Required);
  port.gateway = section.optional_address("gateway");
  port.gateway_ipv6 = section.optional_address("gateway_ipv6");
  section.finish();
  return port;
}

model::StaticRoute read_route(Section section) {
  model::StaticRoute route;
  route.to = section.required_prefix("to");
  route.via = section.required_address("via");
  route.port = section.required_text("port", "the name of a port");
  section.finish();
  return route;
}

model::Listener read_listener(Section section) {
  model::Listener listener;
  listener.name = section.required_text("name", "a name such as \"web\"");
  listener.address = section.required_endpoint("address");
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
