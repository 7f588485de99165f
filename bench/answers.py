"""The cost of a request: the product's probe against nginx and FastAPI with the same answer."""

from .client import Client
from .load import Duel, Load, run
from .servers import certificate, fastapi, nginx, product
from .table import Bar, latency_row, rate_row

LIVE = "/health/live"


def against_nginx(bench):
    tls = certificate(bench.work)
    with product(bench.executable, bench.work) as ours:
        answer = _answer(ours)
        with nginx(bench.work, answer, tls) as peer:
            _compare(bench, answer, peer)
            yield from _plain(bench, ours, peer)
    with product(bench.executable, bench.work, tls) as ours, nginx(bench.work, answer, tls) as peer:
        ciphers = [_cipher(server) for server in (ours, peer)]
        duel = _duel(bench, ours, peer, Load(64, bench.seconds, tls=True))
        yield rate_row(f"GET {LIVE} over TLS 1.3, 64 connections", duel, "nginx", Bar(1.0),
                       note=f"ours {ciphers[0]}, nginx {ciphers[1]}")


def _plain(bench, ours, peer):
    for connections in (64, 512):
        duel = _duel(bench, ours, peer, Load(connections, bench.seconds))
        yield rate_row(f"GET {LIVE}, {connections} connections", duel, "nginx", Bar(1.0))
        if connections == 64:
            yield latency_row("p99 latency, 64 connections", duel, "nginx", Bar(1.0, at_least=False))
    duel = _duel(bench, ours, peer, Load(64, bench.seconds, depth=16))
    yield rate_row(f"GET {LIVE} pipelined ×16, 64 connections", duel, "nginx", Bar(4.0))


def against_fastapi(bench):
    with product(bench.executable, bench.work) as ours:
        answer = _answer(ours)
        with fastapi(bench.work, bench.need_python(), answer) as peer:
            _compare(bench, answer, peer)
            for connections, least in ((64, 4.0), (512, 8.0)):
                duel = _duel(bench, ours, peer, Load(connections, bench.seconds))
                failed = duel.failures(1)
                yield rate_row(f"the same JSON from FastAPI, {connections} connections", duel, "FastAPI", Bar(least),
                               note=f"{failed} of FastAPI's answers failed" if failed else "")


def _duel(bench, ours, peer, load):
    bench.tell(f"{load.connections} connections" + (" pipelined" if load.depth > 1 else "")
               + (" over TLS" if load.tls else "") + f" against {peer.name}")
    return Duel(lambda: run(ours, load), lambda: run(peer, load), bench.rounds)


def _answer(server):
    with Client(server.port) as client:
        first, second = client.get(LIVE), client.get(LIVE)
    if first.body != second.body:
        raise RuntimeError(f"{LIVE} does not answer the same bytes twice")
    return first


def _compare(bench, answer, peer):
    """Makes sure that the peer sends the same body, and notes how the header differs."""
    with Client(peer.port) as client:
        other = client.get(LIVE)
    if other.body != answer.body:
        raise RuntimeError(f"{peer.name} answers another body: {other.body.decode(errors='replace')}")
    more = sorted(answer.fields() - other.fields())
    bench.notes.append(
        f"Ours and {peer.name} send the same body of {len(answer.body)} bytes. Our header has {len(answer.head)}, "
        f"{peer.name}'s {len(other.head)}; only ours carries {', '.join(more) or 'nothing more'}.")


def _cipher(server):
    with Client(server.tls_port, tls=True) as client:
        client.get(LIVE)
        return client.cipher()
