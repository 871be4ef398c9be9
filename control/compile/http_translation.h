// SPDX-License-Identifier: Apache-2.0
//
// What an operator wants of HTTP, in the words of the data plane.
// Pure. Control thread.
#pragma once

#include "control/model/http_model.h"
#include "dataplane/http/forwarding_policy.h"
#include "dataplane/http/request_policy.h"

namespace penstock::compile {

http::RequestPolicy translate(const model::Http& wanted);
http::ForwardingPolicy translate(const model::Forwarding& wanted);

}  // namespace penstock::compile
