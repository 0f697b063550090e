"""Frames over asyncio's two kinds of protocol; uvloop runs the same code.

`answer` gets whole frames, headers included, as soon as they are there, and may send that memory back: nothing is
received before all of it has been sent. The high water mark is zero, so that `pause_writing` says that something waits.
"""

import asyncio
from collections.abc import Callable
from typing import cast

from control import Counters
from frames import WINDOW_BYTES, OversizeError, reserve, scan

# Received and written at most at once: both stay in the cache, and a transport that copies what it cannot send at once
# (asyncio before Python 3.12) copies little.
RECEIVE_BYTES = WINDOW_BYTES
WRITE_BYTES = 1024 * 1024

Answer = Callable[["Frames", bytes | memoryview], None]


class Frames(asyncio.BaseProtocol):
    """What both kinds share: sending, no reading while anything waits to be sent, and the end of a connection."""

    transport: asyncio.Transport
    unsent: memoryview

    def __init__(
        self, answer: Answer, lost: Callable[[Exception | None], None], counters: Counters, limit: int
    ) -> None:
        self.answer = answer
        self.lost = lost
        self.counters = counters
        self.limit = limit
        self.waiting = False
        self.ending = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's transports have its methods, not its class
        # TLS encrypts whatever is written at once, so that none of our memory waits to be sent.
        if transport.get_extra_info("sslcontext") is None:
            self.transport.set_write_buffer_limits(high=0)

    def send(self, memory: bytes | bytearray | memoryview) -> None:
        """Sends memory that must not change until `sent` is called or, when nothing waits, this returns."""
        self.unsent = memoryview(memory)
        self.send_more()

    def send_more(self) -> None:
        while len(self.unsent) > 0 and not self.waiting:
            piece = self.unsent[:WRITE_BYTES]
            self.unsent = self.unsent[WRITE_BYTES:]
            self.transport.write(piece)
        if len(self.unsent) == 0:
            self.unsent = memoryview(b"")  # an empty view of a frame would keep the frame

    def pause_writing(self) -> None:
        self.waiting = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self.waiting = False
        self.send_more()
        if not self.waiting:
            self.sent()

    def sent(self) -> None:
        if self.ending:
            self.transport.close()
        else:
            self.transport.resume_reading()

    def refuse(self, before: bytes | memoryview) -> None:
        """Ends the connection once the frames before a refused one are answered."""
        self.ending = True
        self.answer(self, before)
        if not self.waiting:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.lost(error)


class CollectedFrames(Frames, asyncio.Protocol):
    """Protocol: chunks are collected and joined into one piece of fresh memory per frame."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.chunks: list[bytes] = []
        self.filled = 0
        self.wanted = 1  # look at whatever comes first

    def data_received(self, data: bytes) -> None:
        self.counters.received += len(data)
        self.chunks.append(data)
        self.filled += len(data)
        if self.filled < self.wanted:
            return
        if len(self.chunks) > 1:
            self.counters.copied += self.filled
        frames = b"".join(self.chunks)
        try:
            whole, self.wanted = scan(frames, self.filled, self.limit)
        except OversizeError as error:
            self.refuse(frames[: error.whole])
            return
        if whole < self.filled and whole > 0:
            self.counters.copied += self.filled - whole
        self.chunks = [frames[whole:]] if whole < self.filled else []
        self.filled -= whole
        if whole > 0:
            self.answer(self, memoryview(frames)[:whole])


class BufferedFrames(Frames, asyncio.BufferedProtocol):
    """BufferedProtocol: everything is received into one piece of memory, which every frame reuses.

    memory: | whole frames | the begin of the next one |  free  |
            0            whole                      filled    window or end of the frame
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.memory = reserve(self.limit)
        self.whole = 0
        self.filled = 0
        self.end = WINDOW_BYTES

    def get_buffer(self, sizehint: int) -> memoryview:
        return self.memory[self.filled : min(self.end, self.filled + RECEIVE_BYTES)]

    def buffer_updated(self, nbytes: int) -> None:
        self.counters.received += nbytes
        self.filled += nbytes
        if self.filled < self.end and self.end > WINDOW_BYTES:
            return
        try:
            self.whole, wanted = scan(self.memory, self.filled, self.limit)
        except OversizeError as error:
            self.refuse(self.memory[: error.whole])
            return
        self.end = max(wanted, WINDOW_BYTES)
        if self.whole > 0:
            self.answer(self, self.memory[: self.whole])
            if not self.waiting:
                self.move_rest()

    def sent(self) -> None:
        self.move_rest()
        super().sent()

    def move_rest(self) -> None:
        """The frames have been sent: what came behind them moves to the front."""
        rest = self.filled - self.whole
        if rest > 0 and self.whole > 0:
            self.memory[:rest] = self.memory[self.whole : self.filled]
            self.counters.copied += rest
        self.filled = rest
        self.whole = 0
