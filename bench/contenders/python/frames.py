"""Frames: a u64 little-endian length, then the payload."""

import mmap
import struct

HEADER = struct.Struct("<Q")
# The window for the first bytes of frames. The rest of a frame that does not fit is received alone.
WINDOW_BYTES = 64 * 1024


class OversizeError(Exception):
    """A frame that declares more bytes than allowed; `whole` bytes of frames come before it."""

    def __init__(self, length: int, limit: int, whole: int) -> None:
        super().__init__(f"frame of {length} bytes is over the limit of {limit}")
        self.whole = whole


def scan(memory: bytes | memoryview, filled: int, max_frame_bytes: int) -> tuple[int, int]:
    """How many of the first `filled` bytes are whole frames, and how many the next frame takes (a header at least)."""
    whole = 0
    while filled - whole >= HEADER.size:
        (length,) = HEADER.unpack_from(memory, whole)
        if length > max_frame_bytes:
            raise OversizeError(length, max_frame_bytes, whole)
        size = HEADER.size + length
        if filled - whole < size:
            return whole, size
        whole += size
    return whole, HEADER.size


def reserve(max_frame_bytes: int) -> memoryview:
    """Room for the largest frame and a window. The kernel gives it pages as bytes arrive, whatever length is declared."""
    size = HEADER.size + max_frame_bytes + WINDOW_BYTES
    return memoryview(mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
