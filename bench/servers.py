"""The product and its peers: how each is started, on loopback, with two workers and no access log."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .client import free_port, wait_until_ready
from .processes import Process

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2


@dataclass
class Server:
    name: str
    process: Process
    port: int
    tls_port: int = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stop()


def environment(**more):
    """Ours without the caller's settings of the service."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("INSPECTIA_")}
    return kept | more


def start_product(executable, work, tls=None, **more):
    """`inspectia serve` on the data directory in `work`; `tls` is a certificate and its key, `more` are variables.

    Not awaited."""
    port = free_port()
    command = [executable, "serve", "--host", "127.0.0.1", "--port", port, "--data-dir", work / "data"]
    if tls:
        command += ["--tls-cert", tls[0], "--tls-key", tls[1]]
    settings = environment(
        INSPECTIA_HTTP_LOOPS=str(WORKERS), INSPECTIA_HTTP_CONNECTIONS_PER_ADDRESS="16384",
        INSPECTIA_LOG_ACCESS="none", INSPECTIA_LOG_FORMAT="json",
        # The load comes from one address.
        **({f"INSPECTIA_LIMITS_{name}": "0" for name in ("LOGIN", "DECIDE", "READ")} | more))
    process = Process(command, work / "inspectia.log", settings, directory=ROOT)
    return Server("inspectia", process, 0 if tls else port, port if tls else 0)


def product(executable, work, tls=None, **more):
    """The product, ready."""
    server = start_product(executable, work, tls, **more)
    return ready(server, "/health/ready", tls=bool(tls))


def ready(server, path, tls=False):
    try:
        wait_until_ready(server.process, server.tls_port if tls else server.port, path, tls)
    except BaseException:
        server.process.stop()
        raise
    return server


def certificate(work):
    """A certificate and key on P-256, for both sides."""
    cert, key = work / "cert.pem", work / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True, capture_output=True, timeout=20)
    return cert, key


NGINX = """
worker_processes {workers};
daemon off;
pid {work}/nginx.pid;
error_log {work}/nginx.log crit;
worker_rlimit_nofile 16384;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    keepalive_timeout 75s;
    keepalive_requests 1000000000;
    client_body_temp_path {work}/nginx-body;
    proxy_temp_path {work}/nginx-proxy;
    fastcgi_temp_path {work}/nginx-fastcgi;
    uwsgi_temp_path {work}/nginx-uwsgi;
    scgi_temp_path {work}/nginx-scgi;
    ssl_certificate {cert};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.3;
    server {{
        listen 127.0.0.1:{port} reuseport backlog=4096;
        listen 127.0.0.1:{tls_port} ssl reuseport backlog=4096;
        location / {{ default_type "{type}"; return 200 '{body}'; }}
    }}
}}
"""


def nginx(work, answer, tls):
    """nginx with two workers, answering a constant: the bytes of `answer`."""
    port, tls_port = free_port(), free_port()
    configuration = work / "nginx.conf"
    # In nginx's text, quotes and backslashes are escaped; a dollar sign would be a variable.
    body = answer.body.decode().replace("\\", "\\\\").replace("'", "\\'")
    if "$" in body:
        raise RuntimeError("the answer holds a dollar sign, which nginx cannot return")
    configuration.write_text(NGINX.format(
        workers=WORKERS, work=work, cert=tls[0], key=tls[1], port=port, tls_port=tls_port,
        type=answer.header("content-type"), body=body))
    process = Process(["nginx", "-p", work, "-e", work / "nginx.log", "-c", configuration], work / "nginx.log")
    return ready(Server("nginx", process, port, tls_port), "/health/live")


def fastapi(work, python, answer):
    """FastAPI under uvicorn with uvloop and httptools."""
    port = free_port()
    command = [python, "-m", "uvicorn", "bench.fastapi_app:app", "--host", "127.0.0.1", "--port", port,
               "--workers", WORKERS, "--loop", "uvloop", "--http", "httptools", "--backlog", "4096",
               "--timeout-keep-alive", "75", "--no-access-log", "--log-level", "error"]
    process = Process(
        command, work / "fastapi.log", environment(BENCH_ANSWER=answer.body.decode()), directory=ROOT)
    return ready(Server("FastAPI", process, port), "/health/live")
