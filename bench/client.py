"""A keep-alive HTTP client on a bare socket: little enough not to blur what it times."""

import socket
import ssl
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    body: bytes

    def _lines(self):
        return [line.partition(b":") for line in self.head.split(b"\r\n")[1:] if line]

    def fields(self):
        """The names of the header's fields, in lower case."""
        return {name.decode().lower() for name, _, _ in self._lines()}

    def header(self, name):
        return next((value.strip().decode() for key, _, value in self._lines() if key.lower() == name.encode()), None)


class Client:
    def __init__(self, port, tls=False, timeout=10):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = f"127.0.0.1:{port}".encode()
        if tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self._socket = context.wrap_socket(self._socket)

    def cipher(self):
        return f"{self._socket.version()} {self._socket.cipher()[0]}"

    def get(self, path):
        self._socket.sendall(b"GET " + path.encode() + b" HTTP/1.1\r\nHost: " + self._host + b"\r\n\r\n")
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        answer = Answer(int(received[9:12]), received[:end + 4], b"")
        length = int(answer.header("content-length") or 0)
        while len(received) < end + 4 + length:
            received += self._more()
        return Answer(answer.status, answer.head, received[end + 4:end + 4 + length])

    def _more(self):
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def wait_until_ready(process, port, path, tls=False, patience=60, pause=0.02):
    """Returns the answer when `path` is answered with 200."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            with Client(port, tls, timeout=2) as client:
                answer = client.get(path)
                if answer.status == 200:
                    return answer
        except OSError:
            pass
        if not process.is_running:
            break
        time.sleep(pause)
    raise RuntimeError(f"it did not answer {path}: {_last_words(process.log)}")


def _last_words(log):
    """The last line that speaks of an error, else the last one."""
    with open(log, errors="replace") as file:
        lines = file.read().strip().splitlines() or ["it wrote nothing"]
    return next((line for line in reversed(lines) if "error" in line.lower()), lines[-1])


def free_port():
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
