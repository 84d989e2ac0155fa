"""The load side of the HTTP benchmark: one thread and one kept-alive connection per client, no Django.

Requests are made beforehand, so that the client costs as little of the shared machine as Python allows.
"""

import json
import socket
import sys
import threading
import time
from typing import BinaryIO


def main() -> None:
    """Read what to send from standard input, print settlements a second."""
    given = json.load(sys.stdin)
    requests = [[_request(given["key"], body) for body in bodies] for bodies in given["bodies"]]
    counts = [0] * len(requests)
    failures: list[str] = []
    start = threading.Barrier(len(requests) + 1)
    stop = threading.Event()

    def work(client: int) -> None:
        with socket.create_connection(("127.0.0.1", given["port"])) as line, line.makefile("rb") as answers:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            start.wait()
            for request in requests[client]:
                if stop.is_set():
                    return
                line.sendall(request)
                if failure := _failure(answers):
                    failures.append(failure)
                    return
                counts[client] += 1

    threads = [threading.Thread(target=work, args=(client,)) for client in range(len(requests))]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.monotonic()
    # Ends early when the prepared requests run out.
    for thread in threads:
        thread.join(timeout=max(0.0, began + given["seconds"] - time.monotonic()))
    took = time.monotonic() - began
    done = sum(counts)
    stop.set()
    for thread in threads:
        thread.join()
    if failures:
        sys.exit(failures[0])
    print(done / took)


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
