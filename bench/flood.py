"""Many who sign in at once, each from an address of their own: what a proxy in front would pass on."""

import asyncio
import collections
import json
import time


def run(port, count, seconds, connected, said):
    """`connected` is set once all have a connection; `said` gets how often each status was answered."""
    said.put(dict(asyncio.run(_all(port, count, seconds, connected))))


async def _all(port, count, seconds, connected):
    statuses = collections.Counter()
    people = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    connected.set()
    end = time.monotonic() + seconds
    await asyncio.gather(*(_one(*person, number, end, statuses) for number, person in enumerate(people)))
    return statuses


async def _one(reader, writer, number, end, statuses):
    body = json.dumps({"username": f"personne{number}", "password": "quatre chevaux verts"}).encode()
    head = (f"POST /auth/login HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 10.{number >> 8}.{number & 255}.7\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode()
    try:
        while time.monotonic() < end:
            writer.write(head + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            lines = dict(line.split(b": ", 1) for line in answer.split(b"\r\n")[1:] if b": " in line)
            await reader.readexactly(int(lines.get(b"Content-Length", 0)))
            statuses[int(answer[9:12])] += 1
            # Whoever is told to wait waits.
            await asyncio.sleep(int(lines.get(b"Retry-After", 0)))
    finally:
        writer.close()
