"""What every role shares: options, JSON lines out, commands in, counters."""

import argparse
import asyncio
import io
import json
import ssl
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass
class Counters:
    """Bytes over all connections of this process."""

    received: int = 0
    copied: int = 0


@dataclass
class Options:
    """The command line, after the way of receiving."""

    role: str
    port: int
    frame_bytes: int
    max_frame_bytes: int
    tls: ssl.SSLContext | None


def parse_options(ways: list[str]) -> tuple[str, Options]:
    parser = argparse.ArgumentParser(description="One contender of the echo benchmark; see bench/README.md.")
    parser.add_argument("way", choices=ways)
    parser.add_argument("role", choices=["server", "client"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--prefix", choices=["u64le"], required=True)
    parser.add_argument("--frame-bytes", type=int, default=0)
    parser.add_argument("--max-frame-bytes", type=int, required=True)
    parser.add_argument("--tls", help="the folder of certificate.pem and key.pem")
    parsed = parser.parse_args()
    tls = None if parsed.tls is None else tls_context(parsed.role, parsed.tls)
    return parsed.way, Options(parsed.role, parsed.port, parsed.frame_bytes, parsed.max_frame_bytes, tls)


def tls_context(role: str, folder: str) -> ssl.SSLContext:
    """A server shows the certificate of the folder; a client trusts it and no other."""
    certificate = f"{folder}/certificate.pem"
    if role == "client":
        return ssl.create_default_context(cafile=certificate)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, f"{folder}/key.pem")
    return context


def emit(event: str, **fields: object) -> None:
    print(json.dumps({"event": event, **fields}), flush=True)


def emit_stats(counters: Counters, knows_copies: bool) -> None:
    emit("stats", bytesReceived=counters.received, bytesCopied=counters.copied if knows_copies else None)


async def commands() -> AsyncIterator[list[str]]:
    """The words of each line of standard input, until `quit` or its end.

    A thread reads it, because an event loop cannot wait for every kind of standard input, and reads it unbuffered,
    because a buffered reader held by a waiting thread stops the interpreter from ending.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[list[str]] = asyncio.Queue()

    def read() -> None:
        for line in io.FileIO(0, closefd=False):
            loop.call_soon_threadsafe(lines.put_nowait, line.decode().split())
        loop.call_soon_threadsafe(lines.put_nowait, ["quit"])

    threading.Thread(target=read, daemon=True).start()
    while (words := await lines.get()) != ["quit"]:
        yield words


async def serve_until_end(port: int, counters: Counters, knows_copies: bool) -> None:
    """Says where the server listens and answers `stats` until standard input ends."""
    emit("listening", port=port)
    async for words in commands():
        if words == ["stats"]:
            emit_stats(counters, knows_copies)
