"""Keep the process small: have the C library hold few pools of memory, and give back what is free.

Start-up takes and frees much (models, the index), and each thread's pool keeps what it once had: 100 MB and more in all.
"""

import ctypes
import sys
from functools import cache

M_ARENA_MAX = -8
"""The C library's own number for "most pools"."""
POOLS = 2


@cache
def _libc() -> ctypes.CDLL | None:
    """Return glibc; None elsewhere, where memory is looked after differently."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "malloc_trim") else None


def hold_few_pools() -> None:
    """Call once, before threads are started."""
    if libc := _libc():
        libc.mallopt(M_ARENA_MAX, POOLS)


def give_back() -> None:
    """Return free memory to the system. Takes some milliseconds."""
    if libc := _libc():
        libc.malloc_trim(0)
