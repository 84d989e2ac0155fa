"""The load side of the HTTP benchmark: one thread and one kept-alive connection per client, no Django.

Requests are made beforehand, so that the client costs as little of the shared machine as Python allows.
"""

import json
import socket
import sys
import threading
import time
from typing import BinaryIO


class Client(threading.Thread):
    """One hospital's connection, sending one prepared request after the other."""

    def __init__(self, port: int, requests: list[bytes], start: threading.Barrier) -> None:
        super().__init__()
        self._port = port
        self._requests = requests
        self._go = start
        self.stop = False
        self.settled = 0
        self.failure = ""

    def run(self) -> None:
        """Send until told to stop, until a refusal, or until the prepared requests run out."""
        with socket.create_connection(("127.0.0.1", self._port)) as line, line.makefile("rb") as answers:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._go.wait()
            for request in self._requests:
                if self.stop or self.failure:
                    return
                line.sendall(request)
                self.failure = _failure(answers)
                self.settled += not self.failure


def main() -> None:
    """Read what to send from standard input, print settlements a second."""
    given = json.load(sys.stdin)
    start = threading.Barrier(len(given["bodies"]) + 1)
    clients = [
        Client(given["port"], [_request(given["key"], body) for body in bodies], start)
        for bodies in given["bodies"]
    ]
    for client in clients:
        client.start()
    start.wait()
    began = time.monotonic()
    for client in clients:
        client.join(timeout=max(0.0, began + given["seconds"] - time.monotonic()))
    took = time.monotonic() - began
    settled = sum(client.settled for client in clients)
    for client in clients:
        client.stop = True
        client.join()
    if failure := next((client.failure for client in clients if client.failure), ""):
        sys.exit(failure)
    print(settled / took)


def _request(key: str, body: dict[str, object]) -> bytes:
    payload = json.dumps(body, ensure_ascii=False).encode()
    head = (
        f"POST /api/v1/claims/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Api-Key {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload


def _failure(answers: BinaryIO) -> str:
    """Read one answer; what is wrong with it, or nothing."""
    status = answers.readline()
    length = 0
    while (header := answers.readline()) not in (b"\r\n", b""):
        if header.lower().startswith(b"content-length:"):
            length = int(header.split(b":")[1])
    body = answers.read(length)
    return "" if b" 201 " in status else f"{status!r} {body!r}"


if __name__ == "__main__":
    main()
