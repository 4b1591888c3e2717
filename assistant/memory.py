"""Keep the process small and even: few pools of memory, what is free given back, and short looks for garbage.

Start-up takes and frees much (models, the index), and each thread's pool keeps what it once had: 100 MB and more in all.
It also makes half a million objects that stay. Python's collector would go through them again and again: 0.7 s of the
start, and a pause of 0.2 to 0.5 s now and then ever after, with the database's place for a writer in hand if it falls so.
"""

import ctypes
import gc
import sys
from functools import cache

M_ARENA_MAX = -8
"""The C library's own number for "most pools"."""
POOLS = 2
STARTING = (20_000, 50, 1_000)
"""New objects before the collector looks at the youngest, then how many such looks before it looks further. Nearly all that
start-up makes stays, so looking is wasted."""
SETTLED = (5_000, 20, 20)
"""The same once the service runs: a whole look is due after two million objects that hold others, and is short."""


@cache
def _libc() -> ctypes.CDLL | None:
    """Return glibc; None elsewhere, where memory is looked after differently."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "malloc_trim") else None


def hold_few_pools() -> None:
    """Call once, before threads are started."""
    if libc := _libc():
        libc.mallopt(M_ARENA_MAX, POOLS)


def begin() -> None:
    """Look for garbage seldom. Call before anything large is imported."""
    gc.set_threshold(*STARTING)


def settle() -> None:
    """Leave all that is there by now out of every later look for garbage, and give back free memory.

    The collector is left as it is in a process that did not `begin` so, such as one that starts services to test them.
    """
    if gc.get_threshold() == STARTING:
        gc.freeze()
        gc.set_threshold(*SETTLED)
    give_back()


def give_back() -> None:
    """Return free memory to the system. Takes some milliseconds."""
    if libc := _libc():
        libc.malloc_trim(0)
