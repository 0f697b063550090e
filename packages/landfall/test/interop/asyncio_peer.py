"""asyncio's end of connections, in one of its three ways to receive: `protocol`, `buffered` or `streams`.

It serves from the start, and its first line says where. Each line of its input is a connection to make, and is answered
by a line that says what became of it. It ends when its input does.
"""

import asyncio
import hashlib
import json
import os
import sys

JOB_TIMEOUT_SECONDS = 20
RECEIVE_BYTES = 65536


class Echo:
    """Sends back what it receives, and receives no more while that cannot leave."""

    is_echo = True

    def opened(self, transport):
        self.transport = transport

    def received(self, data):
        self.transport.write(data)

    def ended(self):
        pass

    def may_write(self):
        return False


class Digest(Echo):
    """Answers when the other side has ended: how much came, and its hash."""

    is_echo = False

    def opened(self, transport):
        self.transport = transport
        self.hash = hashlib.sha1()
        self.count = 0

    def received(self, data):
        self.hash.update(data)
        self.count += len(data)

    def ended(self):
        self.transport.write(b"%d %s" % (self.count, self.hash.hexdigest().encode()))


class Client:
    """Sends a payload in pieces, ends, and gathers what comes back."""

    is_echo = False

    def __init__(self, payload, piece_bytes):
        self.pieces = (payload[at : at + piece_bytes] for at in range(0, len(payload), piece_bytes))
        self.answer = bytearray()
        self.lost = asyncio.get_running_loop().create_future()

    def opened(self, transport):
        self.transport = transport

    def received(self, data):
        self.answer += data

    def ended(self):
        pass

    def may_write(self):
        """Sends the next piece. Returns whether there may be more."""
        piece = next(self.pieces, None)
        if piece is None:
            self.transport.write_eof()
            return False
        self.transport.write(piece)
        return True


class Callbacks:
    """What both kinds of protocol have."""

    def __init__(self, role):
        self.role = role
        self.is_paused = False
        self.has_more = True

    def connection_made(self, transport):
        self.transport = transport
        self.role.opened(transport)
        self.send()

    def send(self):
        while self.has_more and not self.is_paused:
            self.has_more = self.role.may_write()

    def pause_writing(self):
        self.is_paused = True
        if self.role.is_echo:
            self.transport.pause_reading()

    def resume_writing(self):
        self.is_paused = False
        self.send()
        if self.role.is_echo:
            self.transport.resume_reading()

    def eof_received(self):
        self.role.ended()

    def connection_lost(self, error):
        if isinstance(self.role, Client) and not self.role.lost.done():
            self.role.lost.set_result(error)


class PlainProtocol(Callbacks, asyncio.Protocol):
    def data_received(self, data):
        self.role.received(data)


class LendingProtocol(Callbacks, asyncio.BufferedProtocol):
    def __init__(self, role):
        super().__init__(role)
        self.memory = memoryview(bytearray(RECEIVE_BYTES))

    def get_buffer(self, size_hint):
        return self.memory

    def buffer_updated(self, count):
        self.role.received(bytes(self.memory[:count]))


async def over_streams(role, reader, writer):
    role.opened(writer)
    await asyncio.gather(send(role, writer), receive(role, reader, writer))
    writer.close()
    await writer.wait_closed()
    if isinstance(role, Client):
        role.lost.set_result(None)


async def send(role, writer):
    while role.may_write():
        await writer.drain()


async def receive(role, reader, writer):
    while data := await reader.read(RECEIVE_BYTES):
        role.received(data)
        if role.is_echo:
            await writer.drain()
    role.ended()


PROTOCOLS = {"protocol": PlainProtocol, "buffered": LendingProtocol}


async def serve(face, make_role, path):
    """Returns where it serves: the port, and the path."""
    loop = asyncio.get_running_loop()
    if face == "streams":
        handler = lambda reader, writer: over_streams(make_role(), reader, writer)
        tcp = await asyncio.start_server(handler, "127.0.0.1", 0)
        await asyncio.start_unix_server(handler, path)
    else:
        factory = lambda: PROTOCOLS[face](make_role())
        tcp = await loop.create_server(factory, "127.0.0.1", 0)
        await loop.create_unix_server(factory, path)
    return {"port": tcp.sockets[0].getsockname()[1], "path": path}


async def connect(face, where, role):
    loop = asyncio.get_running_loop()
    is_unix = "path" in where
    place = [where["path"]] if is_unix else [where["host"], where["port"]]
    if face == "streams":
        opened = await (asyncio.open_unix_connection if is_unix else asyncio.open_connection)(*place)
        await over_streams(role, *opened)
    else:
        create = loop.create_unix_connection if is_unix else loop.create_connection
        await create(lambda: PROTOCOLS[face](role), *place)
    error = await role.lost
    if error is not None:
        raise error


async def run_job(face, job):
    payload = os.urandom(job["bytes"])
    role = Client(payload, job["pieceBytes"])
    await asyncio.wait_for(connect(face, job["where"], role), JOB_TIMEOUT_SECONDS)
    expected = payload
    if job["role"] == "digest":
        expected = b"%d %s" % (len(payload), hashlib.sha1(payload).hexdigest().encode())
    if role.answer != expected:
        raise AssertionError(f"{len(role.answer)} bytes came back, which are not the {len(expected)} expected")


def say(message):
    print(json.dumps(message), flush=True)


async def main(face, folder):
    say({
        "echo": await serve(face, Echo, os.path.join(folder, f"{face}-echo.sock")),
        "digest": await serve(face, Digest, os.path.join(folder, f"{face}-digest.sock")),
    })
    jobs = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(jobs), sys.stdin)
    while line := await jobs.readline():
        try:
            await run_job(face, json.loads(line))
            say({"error": None})
        except Exception as error:
            say({"error": repr(error)})


asyncio.run(main(*sys.argv[1:]))
