# SPDX-License-Identifier: Apache-2.0
"""The origins of the veth wire: one nginx in the namespace `origin`, for all addresses of backends.

It answers every request with the body of the scenario; an upload once all of it has arrived.
"""

import random

from testbed import payload
from testbed.waiting import wait_until

from rig.config_template import fill_peer
from rig.scenario import KIB, SLOW_BYTES

SEED = 24
START_SECONDS_MAX = 10
SLOW_PATH = "/slow/body"


def small_body(size):
    """A text that stands in nginx's configuration: letters alone."""
    return "".join(random.Random(SEED).choices("abcdefghijklmnopqrstuvwxyz", k=size))


def configuration(scenario, home):
    if scenario.upload_bytes:
        answer = f"proxy_pass http://unix:{home}/answer.sock; " + (
            'proxy_pass_request_body off; proxy_set_header Content-Length "";')
    elif scenario.response_bytes < KIB:
        answer = f'return 200 "{small_body(scenario.body_bytes)}";'
    else:
        answer = f"root {home}; rewrite ^ /body break;"
    small = small_body(scenario.body_bytes) if scenario.response_bytes < KIB else ""
    return fill_peer("nginx_origin.conf", {
        "home": home,
        # nginx as it stands by default closes connections after 75 s of silence. Longer than any
        # balancer keeps them, so that none meets a connection that is just being closed.
        "keep_alive": "1h" if scenario.upstream_keep_alive else "0",
        "answer": answer, "small": small})


class OriginServer:
    def __init__(self, host, scenario, home):
        self._host, self.home = host, home
        (home / "slow").mkdir(parents=True)
        if scenario.response_bytes < KIB:
            (home / "body").write_text(small_body(scenario.body_bytes), encoding="ascii")
        else:
            payload.write(home / "body", scenario.body_bytes, SEED)
        payload.write(home / "slow" / "body", SLOW_BYTES, SEED)
        self._file = home / "nginx.conf"
        self._file.write_text(configuration(scenario, home), encoding="utf-8")
        self._start()

    @property
    def body(self):
        """The file that every answer must equal."""
        return self.home / "body"

    @property
    def slow_body(self):
        return self.home / "slow" / "body"

    def _start(self):
        log = self.home / "output.log"
        nginx = self._host.spawn(["nginx", "-e", str(self.home / "error.log"), "-c",
                                  str(self._file)], log)

        def listening():
            if nginx.poll() is not None:
                raise RuntimeError(f"the origins' nginx ended: {log.read_text('utf-8')}")
            return ":80 " in self._host.run(["ss", "-Hltn"]).stdout

        wait_until(listening, START_SECONDS_MAX, "the origins listening")
