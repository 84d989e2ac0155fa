"""A network that loses things: a proxy that forwards requests and drops answers, or requests, on order."""

import socket
import threading
from collections import deque
from collections.abc import Iterable
from typing import Self

PATIENCE_SECONDS = 30


class LossyProxy(threading.Thread):
    """Serves one request a connection; ``plan`` says of each whether its ``answer`` or ``request`` is lost.

    ``pass`` lets one through, as everything beyond the plan.
    """

    def __init__(self, port: int, plan: Iterable[str]) -> None:
        super().__init__(daemon=True)
        self._to = port
        self._plan = deque(plan)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.lost: list[str] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def run(self) -> None:
        """Serve until closed."""
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            with line:
                self._serve(line)

    def _serve(self, line: socket.socket) -> None:
        line.settimeout(PATIENCE_SECONDS)
        request = _read_message(line)
        if not request:
            return
        what = self._plan.popleft() if self._plan else "pass"
        if what == "request":
            self.lost.append("request")
            return
        with socket.create_connection(("127.0.0.1", self._to), timeout=PATIENCE_SECONDS) as onward:
            # One answer a connection: nothing is left over for the next.
            onward.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            answer = b""
            while part := onward.recv(65_536):
                answer += part
        if what == "answer":
            # The server has committed and answered; nobody hears it.
            self.lost.append(answer.split(b" ", 2)[1].decode())
            return
        line.sendall(answer)


def _read_message(line: socket.socket) -> bytes:
    message = b""
    while b"\r\n\r\n" not in message:
        part = line.recv(65_536)
        if not part:
            return b""
        message += part
    head, _, body = message.partition(b"\r\n\r\n")
    lengths = [
        int(row.split(b":")[1]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")
    ]
    while lengths and len(body) < lengths[0]:
        part = line.recv(65_536)
        message, body = message + part, body + part
    # The proxy's own answer ends the connection, whatever was asked.
    return message.replace(b"Connection: keep-alive\r\n", b"", 1)
