# SPDX-License-Identifier: Apache-2.0
"""Origins of four makes on one host. Each hands what it understood of a request to a recorder, as
SCGI or HTTP: method, target, host and body as that make read them, and the path that it would look
for among its files or routes.

A make listens at the loopback address of its host; a relay in front of it keeps what it was sent.
"""

import collections
import re
import urllib.parse

from event_loop import Connection, Listener, connect
from strict_reader import requests_reader, responses_reader

from testbed.waiting import wait_until

START_SECONDS_MAX = 15
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
SCGI_OK = b"Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"

NGINX = """
daemon off; master_process off; user root root; pid {home}/nginx.pid; error_log {home}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi; scgi_temp_path {home}/scgi; uwsgi_temp_path {home}/uwsgi;
  large_client_header_buffers 8 64k;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      scgi_pass 127.0.0.1:{recorder};
      scgi_param SCGI 1;
      scgi_param REQUEST_METHOD $request_method;
      scgi_param REQUEST_URI $request_uri;
      scgi_param PATH_INFO $uri;
      scgi_param HTTP_HOST $http_host;
      scgi_param CONTENT_LENGTH $content_length;
    }}
  }}
}}
"""

APACHE = """
ServerName origin
PidFile {home}/apache.pid
ErrorLog {home}/error.log
Listen 127.0.0.1:{port}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
StartServers 1
LimitRequestLine 32768
LimitRequestFieldSize 32768
LimitRequestFields 200
AllowEncodedSlashes NoDecode
ProxyPreserveHost On
ProxyAddHeaders Off
# Escaped again, since it may hold a line end.
RewriteEngine On
RewriteMap escape int:escape
RewriteRule ^ - [E=UNDERSTOOD:${{escape:%{{REQUEST_URI}}}}]
RequestHeader set X-Path-Understood "%{{UNDERSTOOD}}e"
ProxyPass "/" "http://127.0.0.1:{recorder}/" nocanon
"""

LIGHTTPD = """
server.modules = ( "mod_scgi" )
server.document-root = "{home}"
server.bind = "127.0.0.1"
server.port = {port}
server.errorlog = "{home}/error.log"
server.max-request-field-size = 65000
server.http-parseopts = ( "host-normalize" => "disable", "url-normalize" => "disable" )
scgi.server = ( "/" => (( "host" => "127.0.0.1", "port" => {recorder}, "check-local" => "disable",
                          "fix-root-scriptname" => "enable" )) )
"""

NODE = """
const http = require("http"), net = require("net");

// As a handler does that compares it with its routes; where this throws, it has none.
function understood(target) {{
  try {{
    const path = decodeURIComponent(new URL("http://origin" + target).pathname);
    return Buffer.from(path, "utf8").toString("latin1");
  }} catch {{
    return "";
  }}
}}

http.createServer({{ maxHeaderSize: 131072 }}, (request, response) => {{
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {{
    const body = Buffer.concat(parts);
    const fields = Buffer.from([
      "CONTENT_LENGTH", body.length, "SCGI", 1, "REQUEST_METHOD", request.method,
      "REQUEST_URI", request.url, "HTTP_HOST", request.headers.host,
      "PATH_INFO", understood(request.url), ""].join("\\0"), "latin1");
    const recorder = net.connect({recorder}, "127.0.0.1");
    recorder.write(Buffer.concat([Buffer.from(fields.length + ":"), fields, Buffer.from(",")]));
    recorder.write(body);
    recorder.on("data", () => response.writeHead(200, {{ "Content-Length": 2 }}).end("ok"));
  }});
}}).listen({port}, "127.0.0.1");
"""

MAKES = {
    "nginx": (NGINX, lambda home, file: ["nginx", "-e", f"{home}/error.log", "-c", file]),
    "apache2": (APACHE, lambda home, file: ["apache2", "-X", "-d", home, "-f", file]),
    "lighttpd": (LIGHTTPD, lambda home, file: ["lighttpd", "-D", "-f", file]),
    "nodejs": (NODE, lambda home, file: ["node", file]),
}


# `request`: (method, target, host, body); `path`: as bytes, empty where the make has none.
Understood = collections.namedtuple("Understood", "request path")


class ScgiConnection(Connection):
    """One request as a make understood it."""

    def __init__(self, loop, sock, understood):
        self._understood = understood
        super().__init__(loop, sock)

    def on_received(self):
        if self.ended:
            self.close()
            return
        length = re.match(rb"(\d+):", self.received)
        if not length:
            return
        begin = length.end()
        end = begin + int(length[1])
        words = self.received[begin:end].split(b"\0")
        fields = dict(zip(words[::2], words[1::2]))
        body = self.received[end + 1:]
        if len(self.received) <= end or len(body) < int(fields[b"CONTENT_LENGTH"] or 0):
            return
        request = (fields[b"REQUEST_METHOD"].decode(), fields[b"REQUEST_URI"].decode(),
                   fields.get(b"HTTP_HOST", b"").decode("latin-1"), body)
        self._understood.append(Understood(request, fields.get(b"PATH_INFO", b"")))
        self.send(SCGI_OK)
        self.finish()


class HttpConnection(Connection):
    """The same for a make that goes on in HTTP."""

    def __init__(self, loop, sock, understood):
        self._understood, self._reader = understood, requests_reader()
        self._continued = False
        super().__init__(loop, sock)

    def on_received(self):
        if b"\r\nExpect:" in self.received and not self._continued:
            self._continued = True
            self.send(CONTINUE)
        while taken := self.received and self._reader.take(self.received):
            message, count = taken
            self._continued = False
            self.received = self.received[count:]
            request = (*message.start, message.value("host"), message.body)
            path = urllib.parse.unquote_to_bytes(message.value("x-path-understood") or "")
            self._understood.append(Understood(request, path))
            self.send(OK.removesuffix(b"ok") if message.start[0] == "HEAD" else OK)
        if self.ended:
            self.close()


RECORDERS = {"nginx": ScgiConnection, "apache2": HttpConnection, "lighttpd": ScgiConnection,
             "nodejs": ScgiConnection}


class RelayedConnection(Connection):
    """From Penstock to a make, with both sides kept."""

    def __init__(self, loop, sock, host, port):
        self.back = connect(loop, host, "127.0.0.1", port, RelayBack)
        self.back.front = self
        self.sent = b""
        super().__init__(loop, sock)

    def on_received(self):
        self.sent += self.received
        self.back.send(self.received)
        self.received = b""
        if self.ended:
            self.back.finish()

    def requests(self):
        """What was forwarded, strictly read: [(method, target, host, body)]."""
        return [(*message.start, message.value("host"), message.body)
                for message in whole_messages(requests_reader(), self.sent)]

    def statuses(self, methods):
        return [int(message.start[0])
                for message in whole_messages(responses_reader(), self.back.answered, methods)
                if not message.start[0].startswith("1")]


class RelayBack(Connection):
    front = None
    answered = b""

    def on_received(self):
        self.answered += self.received
        self.front.send(self.received)
        self.received = b""
        if self.ended:
            self.front.finish()


def whole_messages(reader, data, methods=()):
    found, finals = [], 0
    while data:
        bodiless = finals < len(methods) and methods[finals] == "HEAD"
        taken = reader.take(data, ended=True, bodiless=bodiless)
        if not taken:
            break
        found.append(taken[0])
        finals += not taken[0].start[0].startswith("1")
        data = data[taken[1]:]
    return found


class Make:
    def __init__(self, loop, host, name, address, ports, home):
        self.name = name
        self.understood, self.connections = [], []
        self._host = host
        home.mkdir()
        configuration, words = MAKES[name]
        file = home / ("origin.js" if name == "nodejs" else "origin.conf")
        file.write_text(configuration.format(home=home, port=ports.make, recorder=ports.recorder),
                        encoding="utf-8")
        Listener(loop, host, "127.0.0.1", ports.recorder,
                 lambda sock: RECORDERS[name](loop, sock, self.understood))
        Listener(loop, host, address, ports.relay, lambda sock: self.connections.append(
            RelayedConnection(loop, sock, host, ports.make)))
        self._process = host.spawn(words(str(home), str(file)), home / "output.log")
        wait_until(lambda: self._listens(ports.make, home), START_SECONDS_MAX,
                   f"{name} listening")

    def _listens(self, port, home):
        if self._process.poll() is not None:
            raise RuntimeError(f"{self.name} ended: {(home / 'output.log').read_text('utf-8')}")
        return f":{port} " in self._host.run(["ss", "-Hltn"]).stdout

    def stop(self):
        self._process.terminate()
        self._process.wait()

    def begin(self):
        self.understood.clear()
        self.connections = [each for each in self.connections if not each.ended]
        for each in self.connections:
            each.sent, each.back.answered = b"", b""

    def exchanges(self):
        """[(request as forwarded, status of the make's answer)], a connection at a time."""
        found = []
        for each in self.connections:
            requests = each.requests()
            statuses = each.statuses([request[0] for request in requests])
            found += zip(requests, statuses + [None] * len(requests))
        return found

    def refused(self):
        """How many requests it answered with a refusal of its own."""
        return sum(status != 200 for _, status in self.exchanges())
