"""The echo contenders in Python: `python echo.py WAY server|client OPTIONS`; see bench/README.md for the contract."""

import asyncio
import sys
from collections.abc import Coroutine

import asyncio_roles
from client import WrongAnswer
from control import Options, parse_options
from protocols import BufferedFrames, CollectedFrames

WAYS = [
    "asyncio-protocol",
    "asyncio-buffered",
    "uvloop-protocol",
    "uvloop-buffered",
    "tornado-read-bytes",
    "tornado-read-into",
]


def main() -> None:
    way, options = parse_options(WAYS)
    library, _, reading = way.partition("-")
    role = tornado_role(reading, options) if library == "tornado" else asyncio_role(way, reading, options)
    try:
        if library == "uvloop":
            import uvloop

            uvloop.run(role)
        else:
            asyncio.run(role)
    except (WrongAnswer, OSError) as error:
        sys.exit(str(error))


def asyncio_role(way: str, reading: str, options: Options) -> Coroutine[None, None, None]:
    kind = BufferedFrames if reading == "buffered" else CollectedFrames
    # uvloop receives for a Protocol into memory of its own and copies what arrived; it does not count that.
    knows_copies = way != "uvloop-protocol"
    if options.role == "server":
        return asyncio_roles.serve(kind, options, knows_copies)
    return asyncio_roles.drive(kind, options, knows_copies)


def tornado_role(reading: str, options: Options) -> Coroutine[None, None, None]:
    import tornado_roles

    into = reading == "read-into"
    return tornado_roles.serve(into, options) if options.role == "server" else tornado_roles.drive(into, options)


if __name__ == "__main__":
    main()
