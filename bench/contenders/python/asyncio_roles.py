"""The two roles over asyncio's protocols, whichever event loop runs them."""

import asyncio

from client import Client
from control import Counters, Options, serve_until_end
from frames import HEADER
from protocols import Frames


def send_back(connection: Frames, frames: bytes | memoryview) -> None:
    connection.send(frames)


async def serve(kind: type[Frames], options: Options, knows_copies: bool) -> None:
    counters = Counters()

    def make_frames() -> Frames:
        return kind(send_back, lambda error: None, counters, options.max_frame_bytes)

    server = await asyncio.get_running_loop().create_server(
        make_frames, "127.0.0.1", options.port, backlog=1024, ssl=options.tls
    )
    await serve_until_end(server.sockets[0].getsockname()[1], counters, knows_copies)


async def drive(kind: type[Frames], options: Options, knows_copies: bool) -> None:
    counters = Counters()
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[bytes | memoryview] | None = None
    loss: Exception | None = None

    def answered(connection: Frames, frames: bytes | memoryview) -> None:
        if waiter is not None and not waiter.done():
            waiter.set_result(frames)

    def lost(error: Exception | None) -> None:
        nonlocal loss
        loss = error or ConnectionError(f"the server ended after byte {counters.received}")
        if waiter is not None and not waiter.done():
            waiter.set_exception(loss)

    def make_frames() -> Frames:
        return kind(answered, lost, counters, options.max_frame_bytes)

    _, connection = await loop.create_connection(make_frames, "127.0.0.1", options.port, ssl=options.tls)

    async def exchange(question: bytearray) -> bytes | memoryview:
        nonlocal waiter
        if loss is not None:
            raise loss
        waiter = loop.create_future()
        connection.send(question)
        frames = await waiter
        (length,) = HEADER.unpack_from(frames)
        return memoryview(frames)[HEADER.size : HEADER.size + length]

    await Client(exchange, options).obey(counters, knows_copies)
    connection.transport.close()
