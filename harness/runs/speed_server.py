"""A server that answers chat completions after a while, for ``harness speed``: standard library only, a program.

    python speed_server.py FILE SECONDS      writes its port to FILE, then serves until it is killed

``GET /counts`` says how many requests came, how many of them differ, how many were under way at once, and the seconds
from the first request to the last answer. It forgets them then.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

_REPLY = {
    "id": "chatcmpl-0",
    "object": "chat.completion",
    "created": 0,
    "model": "speed",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "```verilog\nmodule m;\nendmodule\n```"},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 500, "completion_tokens": 200, "total_tokens": 700},
}


class Server:
    """Answers each request ``seconds`` after it has come in whole."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._forget()

    def _forget(self) -> None:
        self._seen: set[int] = set()
        self._came = self._under_way = self._most = 0
        self._first = self._last = 0.0

    def counts(self) -> dict[str, object]:
        """Of the requests since the last call."""
        took = self._last - self._first
        found: dict[str, object] = {"came": self._came, "unlike": len(self._seen), "most": self._most, "seconds": took}
        self._forget()
        return found

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept for as long as the client likes."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"GET"):
                    answer = self.counts()
                else:
                    answer = await self._answer(await reader.readexactly(_length(head)))
                body = json.dumps(answer).encode()
                line = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
                writer.write(line + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, body: bytes) -> dict[str, object]:
        self._first = self._first or time.monotonic()
        self._came += 1
        self._seen.add(hash(body))
        self._under_way += 1
        self._most = max(self._most, self._under_way)
        await asyncio.sleep(self._seconds)
        self._under_way -= 1
        self._last = time.monotonic()
        return _REPLY


def _length(head: bytes) -> int:
    lines = (line.partition(b":") for line in head.lower().split(b"\r\n"))
    return next((int(value) for name, _, value in lines if name == b"content-length"), 0)


async def serve(file: Path, seconds: float) -> None:
    """Never ends by itself."""
    server = await asyncio.start_server(Server(seconds).connection, "127.0.0.1", 0, backlog=4096)
    part = file.with_suffix(".part")
    part.write_text(str(server.sockets[0].getsockname()[1]), "ascii")
    part.replace(file)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), float(sys.argv[2])))
