"""Proxies of others in front of a server: nginx and HAProxy, each a process of its own on a free port."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import threading
import time
from pathlib import Path

from . import PATIENCE, environment

UNPACKED = "CONVERSE_UNPACKED"
"""The folder into which packages of Debian's were unpacked that the system has not."""

NGINX = """\
daemon off;
master_process off;
pid nginx.pid;
error_log stderr error;
events {{}}
http {{
  log_format upstream '$upstream_status $request_method';
  access_log access.log upstream;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  lingering_close off;
  upstream ours {{ server {server}; keepalive 1; }}
  server {{
    listen {listen};
    location / {{
      proxy_pass http://ours;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_ignore_client_abort on;
      proxy_next_upstream off;
      proxy_request_buffering {buffering};
    }}
  }}
}}
"""

HAPROXY = """\
global
  log stdout format raw local0
  nbthread 1
defaults
  mode http
  log global
  log-format "%ST %s %HM"
  timeout client 10s
  timeout connect 10s
  timeout server 10s
  http-reuse always
frontend all
  bind {listen}
  default_backend ours
backend ours
  server ours {server} maxconn 1
"""


class Front:
    """A proxy in front of a server; use it with `with`.

    What it is configured to do is what costs a server most: one connection to it, for everybody's requests.
    """

    def __init__(self, program: str, folder: Path, server: tuple[str, int], buffering: bool = True) -> None:
        self._folder, self._program = folder, program
        self.address = ("127.0.0.1", free_port())
        values = {"listen": "%s:%s" % self.address, "server": "%s:%s" % server, "buffering": "on" if buffering else "off"}
        config = folder / "front.conf"
        config.write_text({"nginx": NGINX, "haproxy": HAPROXY}[program].format(**values))
        arguments = {
            "nginx": ["-p", str(folder), "-e", "stderr", "-c", str(config)],
            "haproxy": ["-db", "-f", str(config)],
        }
        path, variables = located(program)
        self._lines: list[str] = []
        self._process = subprocess.Popen(
            [path, *arguments[program]],
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        self._lines.extend(self._process.stdout)

    def __enter__(self) -> Front:
        until = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < until:
            try:
                # HAProxy writes of it, which forwards nothing.
                socket.create_connection(self.address, PATIENCE).close()
                return self
            except ConnectionRefusedError:
                time.sleep(0.02)
        self.__exit__()
        raise AssertionError(f"{self._program} does not listen: {''.join(self._lines)}")

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        self._process.stdout.close()

    def forwarded(self, status: int) -> int:
        """How many requests by POST it says that it has forwarded, and had answered with this status."""
        if self._program == "nginx":
            lines = (self._folder / "access.log").read_text(errors="replace").splitlines()
            return lines.count(f"{status} POST")
        return sum(bool(re.fullmatch(rf"{status} ours POST\n", line)) for line in list(self._lines))


def located(program: str) -> tuple[str, dict[str, str]]:
    """Where the program is, and the variables with which it starts."""
    unpacked = Path(os.environ.get(UNPACKED, "."))
    path = unpacked / "usr/sbin" / program
    if UNPACKED not in os.environ or not path.is_file():
        return program, {}
    libraries = sorted({str(library.parent) for library in unpacked.rglob("*.so*")})
    return str(path), {"LD_LIBRARY_PATH": ":".join(libraries)}


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
