"""The contender asyncpg on uvloop: `python postgres.py OPTIONS`; see bench/README.md for the contract of its suite."""

import argparse
import asyncio
import hashlib
import json
import os
import re
import resource
import ssl
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import uvloop

from control import commands, emit

Ask = Callable[[], Awaitable[int]]

# Longer bytes are shown by their length and digest.
SHOWN_BYTES = 65_536


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="asyncpg in the PostgreSQL benchmark; see bench/README.md.")
    for name in ["host", "user", "database", "text"]:
        parser.add_argument(f"--{name}", required=True)
    for name in ["port", "connections"]:
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--arg", type=json.loads, action="append", default=[])
    parser.add_argument("--row", type=json.loads)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--value-bytes", type=int, help="a large value is fetched like any other")
    return parser.parse_args()


def open_connection(options: argparse.Namespace) -> Awaitable[asyncpg.Connection]:
    return asyncpg.connect(
        host=options.host,
        port=options.port,
        user=options.user,
        password=os.environ.get("PGPASSWORD"),
        database=options.database,
        ssl=unverified() if options.tls else False,
    )


def unverified() -> ssl.SSLContext:
    """As `sslmode=require`: encrypted, and the certificate not looked at."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def asking(connection: asyncpg.Connection, options: argparse.Namespace, rows: Sequence[Any]) -> Ask:
    """What does the task once, and returns the number of its rows."""
    text = options.text
    if options.row is None:
        async def read() -> int:
            return len(await connection.fetch(text, *options.arg))
        return read
    if (target := re.fullmatch(r"COPY (\w+)\(([\w, ]+)\) FROM STDIN", text)) is not None:
        table, columns = target[1], re.split(r",\s*", target[2])
        async def copy() -> int:
            await connection.copy_records_to_table(table, records=rows, columns=columns)
            return len(rows)
        return copy

    async def insert() -> int:
        await connection.executemany(text, rows)
        return len(rows)
    return insert


def shown(value: Any) -> Any:
    """What JSON has no word for, as every program of the suite says it."""
    if isinstance(value, bytes):
        if len(value) > SHOWN_BYTES:
            return f"{len(value)} bytes, sha256 {hashlib.sha256(value).hexdigest()}"
        return {"bytes": value.hex()}
    if isinstance(value, list):
        return [shown(each) for each in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return {"other": str(value)}


async def answer(connection: asyncpg.Connection, options: argparse.Namespace, ask: Ask) -> None:
    if options.row is not None:
        emit("answered", count=await ask())
        return
    rows = await connection.fetch(options.text, *options.arg)
    columns = list(rows[0].keys()) if rows else []
    emit("answered", count=len(rows), columns=columns, rows=[[shown(each) for each in row.values()] for row in rows])


async def run(asks: Sequence[Ask], seconds: float) -> None:
    """Asks again and again over each connection, one query at a time, until the time is over."""
    queries = rows = 0
    end = time.monotonic() + seconds

    async def keep_asking(ask: Ask) -> None:
        nonlocal queries, rows
        while True:
            count = await ask()
            rows += count
            queries += 1
            if time.monotonic() >= end:
                return

    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    await asyncio.gather(*map(keep_asking, asks))
    seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF)
    user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    emit("ran", queries=queries, rows=rows, seconds=seconds, cpuSeconds=user + system, userSeconds=user)


async def main() -> None:
    options = parse_options()
    connections = await asyncio.gather(*(open_connection(options) for _ in range(options.connections)))
    rows = [tuple(options.row)] * options.count if options.row is not None else []
    asks = [asking(connection, options, rows) for connection in connections]
    emit("connected")
    async for words in commands():
        match words:
            case ["answer"]:
                for connection, ask in zip(connections, asks):
                    await answer(connection, options, ask)
            case ["run", milliseconds]:
                await run(asks, int(milliseconds) / 1000)
            case _:
                raise ValueError(f"unknown command: {' '.join(words)}")
    await asyncio.gather(*(connection.close() for connection in connections))


if __name__ == "__main__":
    try:
        # `uvloop.run` is not in the release that Debian has.
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main())
    except (asyncpg.PostgresError, OSError, ValueError) as error:
        sys.exit(str(error))
