"""The other end of the tests against Python's ssl: asyncio's clients and servers, by streams and by BufferedProtocol.

usage: peer.py ROLE PORT CERTIFICATES    (a server prints its port; every role prints what it saw)
"""

import asyncio
import hashlib
import socket
import ssl
import sys


def client_context(folder: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=f"{folder}/ca.pem")
    context.load_cert_chain(f"{folder}/client.pem", f"{folder}/client.key")
    context.set_alpn_protocols(["landfall"])
    return context


def server_context(folder: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
    context.set_alpn_protocols(["landfall"])
    return context


class BufferedEcho(asyncio.BufferedProtocol):
    """Sends back what it gets, out of memory of its own."""

    def __init__(self) -> None:
        self.memory = bytearray(10_000)

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        return memoryview(self.memory)

    def buffer_updated(self, nbytes: int) -> None:
        self.transport.write(bytes(self.memory[:nbytes]))

    def eof_received(self) -> None:
        print("end", flush=True)

    def connection_lost(self, error: Exception | None) -> None:
        print(f"lost {error}", flush=True)


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends 3 MB, and reads them back."""
    sent = bytes(range(256)) * 12_000
    writer.write(sent)
    received = await reader.readexactly(len(sent))
    print("same" if received == sent else f"different {hashlib.sha256(received).hexdigest()}", flush=True)


async def client(port: int, folder: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client_context(folder), server_hostname="localhost")
    tls = writer.get_extra_info("ssl_object")
    print(f"alpn {tls.selected_alpn_protocol()} version {tls.version()}", flush=True)
    await exchange(reader, writer)
    writer.close()
    await writer.wait_closed()
    print("closed", flush=True)


async def start_tls_client(port: int, folder: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"STARTTLS\n")
    print(f"clear {(await reader.readline()).decode().strip()}", flush=True)
    await writer.start_tls(client_context(folder), server_hostname="localhost")
    await exchange(reader, writer)
    writer.close()
    await writer.wait_closed()
    print("closed", flush=True)


async def abrupt_client(port: int, folder: str) -> None:
    """Leaves without a close_notify, as a blocking SSLSocket does."""
    plain = socket.create_connection(("127.0.0.1", port))
    with client_context(folder).wrap_socket(plain, server_hostname="localhost") as tls:
        tls.sendall(b"half of it")
        print(f"got {tls.recv(100).decode()}", flush=True)


async def server(_port: int, folder: str) -> None:
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(BufferedEcho, "127.0.0.1", 0, ssl=server_context(folder))
    print(f"port {listening.sockets[0].getsockname()[1]}", flush=True)
    await listening.serve_forever()


async def start_tls_server(_port: int, folder: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"go ahead\n")
        await writer.start_tls(server_context(folder))
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        print("end", flush=True)
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(f"port {listening.sockets[0].getsockname()[1]}", flush=True)
    await listening.serve_forever()


ROLES = {role.__name__: role for role in (client, start_tls_client, abrupt_client, server, start_tls_server)}
asyncio.run(ROLES[sys.argv[1]](int(sys.argv[2]), sys.argv[3]))
