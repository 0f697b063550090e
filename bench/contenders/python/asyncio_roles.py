"""The two roles over asyncio's protocols, whichever event loop runs them."""

import asyncio

from client import Client
from control import Counters, Options, serve_until_end
from frames import HEADER
from protocols import Frames


def write_back(transport: asyncio.Transport, frames: bytes | memoryview) -> None:
    transport.write(frames)


async def serve(kind: type[Frames], options: Options, knows_copies: bool) -> None:
    counters = Counters()

    def connection() -> Frames:
        return kind(write_back, lambda error: None, counters, options.max_frame_bytes)

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", options.port, backlog=1024)
    await serve_until_end(server.sockets[0].getsockname()[1], counters, knows_copies)


async def drive(kind: type[Frames], options: Options, knows_copies: bool) -> None:
    counters = Counters()
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[bytes | memoryview] = loop.create_future()

    def answered(transport: asyncio.Transport, frames: bytes | memoryview) -> None:
        waiter.set_result(frames)

    def lost(error: Exception | None) -> None:
        if not waiter.done():
            waiter.set_exception(error or ConnectionError(f"the server ended after byte {counters.received}"))

    def connection() -> Frames:
        return kind(answered, lost, counters, options.max_frame_bytes)

    transport, _ = await loop.create_connection(connection, "127.0.0.1", options.port)

    async def exchange(question: bytearray) -> bytes | memoryview:
        nonlocal waiter
        waiter = loop.create_future()
        transport.write(question)
        frames = await waiter
        (length,) = HEADER.unpack_from(frames)
        return memoryview(frames)[HEADER.size : HEADER.size + length]

    await Client(exchange, options).obey(counters, knows_copies)
    transport.close()
