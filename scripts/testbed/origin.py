# SPDX-License-Identifier: Apache-2.0
"""A real nginx on an origin host. Every answer says in X-Origin who gave it.

    .../echo          the body of the request, chunked
    .../store/NAME    PUT keeps the body, GET gives it back
    .../files/NAME    a file of the testbed's payload folder
    .../slow/NAME     the same, at 256 KiB a second, to be caught in the middle
    .../chunked/NAME  the same again, chunked
    .../wait          one line of text after 20 s
    anything else     one line of text
"""

from testbed.waiting import wait_until

ECHO_MODULE = "/usr/lib/nginx/modules/ngx_http_echo_module.so"
START_SECONDS_MAX = 10

CONFIGURATION = """
daemon off;
pid {home}/nginx.pid;
error_log {home}/error.log;
user root root;
worker_processes 1;
worker_rlimit_nofile 16384;
load_module {echo};
events {{ worker_connections 8192; }}
http {{
  access_log off;
  keepalive_requests 1000000;
  client_max_body_size 0;
  client_body_buffer_size 128k;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  scgi_temp_path {home}/scgi;
  uwsgi_temp_path {home}/uwsgi;
  server {{
    listen {address}:{port} backlog=4096;
    add_header X-Origin {name} always;
    default_type text/plain;
    location ~ /echo$ {{ echo_read_request_body; echo_request_body; }}
    location ~ /files/(?<file>[^/]+)$ {{ alias {payload}/$file; }}
    location ~ /slow/(?<file>[^/]+)$ {{ alias {payload}/$file; limit_rate 256k; }}
    location ~ /chunked/(?<file>[^/]+)$ {{
      alias {payload}/$file;
      limit_rate 256k;
      sub_filter_types *;
      sub_filter "a text that no file has" "";
    }}
    location ~ /wait$ {{ echo_sleep 20; echo late; }}
    location ~ /store/(?<file>[^/]+)$ {{ alias {home}/store/$file; dav_methods PUT DELETE; }}
    location / {{ return 200 "{name} answers $request_method $host$request_uri\\n"; }}
  }}
}}
"""


class Origin:
    PORT = 80

    def __init__(self, host, name, address, home, payload):
        self.host, self.name, self.address, self.home = host, name, address, home
        (home / "store").mkdir(parents=True)
        self._file = home / "nginx.conf"
        self._file.write_text(CONFIGURATION.format(
            home=home, echo=ECHO_MODULE, address=address, port=self.PORT, name=name,
            payload=payload), encoding="utf-8")

    @property
    def endpoint(self):
        return f"{self.address}:{self.PORT}"

    def start(self):
        errors = self.home / "error.log"
        nginx = self.host.spawn(["nginx", "-e", str(errors), "-c", str(self._file)],
                                self.home / "output.log")

        def listening():
            if nginx.poll() is not None:
                raise RuntimeError(f"nginx of {self.name} ended: {errors.read_text('utf-8')}")
            return f":{self.PORT} " in self.host.run(["ss", "-Hltn"]).stdout

        wait_until(listening, START_SECONDS_MAX, f"{self.name} listening")
        self._nginx = nginx

    def stop(self):
        self._nginx.terminate()
        self._nginx.wait()

    def kill(self):
        """kill -9 of every process of the origin."""
        self.host.kill_all()
        self._nginx.wait()
