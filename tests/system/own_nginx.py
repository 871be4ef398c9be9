# SPDX-License-Identifier: Apache-2.0
"""An nginx of a test's own on a host of the testbed, for as long as the class runs."""

from testbed.origin import ECHO_MODULE
from testbed.waiting import wait_until

START_SECONDS_MAX = 10
CONFIGURATION = """
daemon off;
pid {home}/nginx.pid;
error_log {home}/error.log;
worker_processes 1;
load_module {echo};
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  scgi_temp_path {home}/scgi;
  uwsgi_temp_path {home}/uwsgi;
{servers}
}}
"""


def start_nginx(test_class, origin, name, ports, servers):
    """`servers`: its server blocks, which listen on `ports` of this origin's host."""
    home = test_class.bed.run.path / name
    home.mkdir(exist_ok=True)
    file = home / "nginx.conf"
    file.write_text(CONFIGURATION.format(home=home, echo=ECHO_MODULE, servers=servers),
                    encoding="utf-8")
    host = test_class.bed.network.origins[origin]
    nginx = host.spawn(["nginx", "-e", str(home / "start.log"), "-c", str(file)],
                       home / "output.log")
    test_class.addClassCleanup(nginx.wait)
    test_class.addClassCleanup(nginx.terminate)

    def listening():
        if nginx.poll() is not None:
            raise RuntimeError(f"nginx ended: {(home / 'start.log').read_text('utf-8')}")
        sockets = host.run(["ss", "-Hltn"]).stdout
        return all(f":{port} " in sockets for port in ports)

    wait_until(listening, START_SECONDS_MAX, f"nginx of {name} listening")
