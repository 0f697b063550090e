"""The two roles over Tornado's IOStream: `read_bytes` (fresh memory per frame) or `read_into` (one buffer, reused)."""

import socket
from typing import cast

from tornado.iostream import IOStream, StreamClosedError
from tornado.tcpserver import TCPServer

from client import Client
from control import Counters, Options, serve_until_end
from frames import HEADER, OversizeError, reserve


class FrameStream:
    """Reads frames off a stream in one of the two ways. What it returns is borrowed until the next read."""

    def __init__(self, stream: IOStream, counters: Counters, limit: int, into: bool) -> None:
        self.stream = stream
        self.counters = counters
        self.limit = limit
        self.memory = reserve(limit) if into else None
        stream.set_nodelay(True)

    async def read(self) -> list[bytes | memoryview]:
        """The frame as the pieces to be written for it: header and payload, which are one piece in reused memory."""
        header = await self.stream.read_bytes(HEADER.size)
        (length,) = HEADER.unpack(header)
        if length > self.limit:
            raise OversizeError(length, self.limit, 0)
        if self.memory is None:
            frame: list[bytes | memoryview] = [header, await self.stream.read_bytes(length)]
        else:
            end = HEADER.size + length
            self.memory[: HEADER.size] = header
            if length > 0:
                target = cast(bytearray, self.memory[HEADER.size : end])  # any writable memory does
                await self.stream.read_into(target)
            frame = [self.memory[:end]]
        self.counters.received += HEADER.size + length
        return frame


def buffer_bytes(options: Options) -> int:
    """Tornado counts what it has buffered, a frame and what comes behind it, against one limit."""
    return 2 * options.max_frame_bytes + (1 << 20)


class EchoServer(TCPServer):
    def __init__(self, options: Options, into: bool) -> None:
        super().__init__(ssl_options=options.tls, max_buffer_size=buffer_bytes(options))
        self.options = options
        self.into = into
        self.counters = Counters()

    async def handle_stream(self, stream: IOStream, address: tuple[str, int]) -> None:
        frames = FrameStream(stream, self.counters, self.options.max_frame_bytes, self.into)
        try:
            while True:
                for piece in await frames.read():
                    written = stream.write(piece)
                await written
        except (StreamClosedError, OversizeError):
            stream.close()


async def serve(into: bool, options: Options) -> None:
    server = EchoServer(options, into)
    server.listen(options.port, "127.0.0.1", backlog=1024)
    listener = next(iter(server._sockets.values()))
    await serve_until_end(listener.getsockname()[1], server.counters, knows_copies=False)


async def drive(into: bool, options: Options) -> None:
    counters = Counters()
    stream = IOStream(socket.socket(), max_buffer_size=buffer_bytes(options))
    await stream.connect(("127.0.0.1", options.port))
    if options.tls is not None:
        stream = await stream.start_tls(False, options.tls, server_hostname="127.0.0.1")
    frames = FrameStream(stream, counters, options.max_frame_bytes, into)

    async def exchange(question: bytearray) -> bytes | memoryview:
        await stream.write(memoryview(question))
        return memoryview((await frames.read())[-1])[HEADER.size if into else 0 :]

    await Client(exchange, options).obey(counters, knows_copies=False)
    stream.close()
