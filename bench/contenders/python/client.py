"""The client's side of the benchmark: sends frames one at a time, times them and compares the answers."""

import random
import sys
import time
from collections.abc import Awaitable, Callable

from control import Counters, Options, commands, emit, emit_stats
from frames import HEADER

# Sends a frame, header included, and resolves to the answer's payload, borrowed until the next call.
Exchange = Callable[[bytearray], Awaitable[bytes | memoryview]]


class WrongAnswer(Exception):
    """An answer that is not what was sent."""


class Client:
    """Obeys the commands of the contract on one connection."""

    def __init__(self, exchange: Exchange, options: Options) -> None:
        self.exchange = exchange
        self.size = options.frame_bytes
        self.question = bytearray(HEADER.pack(self.size)) + bytes(self.size)
        self.payload = memoryview(self.question)[HEADER.size :]
        self.frame = 0
        self.fill()  # here, so that a run costs no processor time of its own

    async def obey(self, counters: Counters, knows_copies: bool) -> None:
        emit("connected")
        async for words in commands():
            match words:
                case ["verify", count]:
                    await self.verify(int(count))
                case ["run", count]:
                    await self.run(int(count))
                case ["stats"]:
                    emit_stats(counters, knows_copies)
                case _:
                    sys.exit(f"unknown command: {' '.join(words)}")

    def fill(self) -> None:
        self.payload[:] = random.Random(self.frame).randbytes(self.size)

    async def verify(self, frames: int) -> None:
        for _ in range(frames):
            self.fill()
            self.check(await self.ask())
            self.frame += 1
        emit("verified", frames=frames)

    async def run(self, frames: int) -> None:
        stamp_bytes = min(4, self.size)
        last = self.size - stamp_bytes
        stamped = [slice(at, at + stamp_bytes) for at in (0, last // 2, last)]
        answer: bytes | memoryview = b""
        start = time.perf_counter()
        for _ in range(frames):
            stamp = self.frame.to_bytes(4, "little")[:stamp_bytes]
            for place in stamped:
                self.payload[place] = stamp
            answer = await self.ask()
            for place in stamped:
                if answer[place] != self.payload[place]:
                    self.check(answer)
            self.frame += 1
        emit("ran", frames=frames, seconds=time.perf_counter() - start)
        if frames > 0:
            self.frame -= 1
            self.check(answer)
            self.frame += 1
        emit("checked")

    async def ask(self) -> bytes | memoryview:
        answer = await self.exchange(self.question)
        if len(answer) != self.size:
            raise WrongAnswer(f"the answer to frame {self.frame} is {len(answer)} bytes long, expected {self.size}")
        return answer

    def check(self, answer: bytes | memoryview) -> None:
        # A bytearray compares memory at once, memoryviews compare item by item: compare in slices of it.
        for start in range(0, self.size, 1 << 20):
            end = min(start + (1 << 20), self.size)
            if bytearray(answer[start:end]) != self.payload[start:end]:
                at = next(i for i in range(start, end) if answer[i] != self.payload[i])
                got, sent = answer[at], self.payload[at]
                raise WrongAnswer(f"byte {at} of frame {self.frame} is {got:#04x}, expected {sent:#04x}")
