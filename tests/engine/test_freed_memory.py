"""Holes between blocks in use go back to the system, where its C library can do that."""

import ctypes
import platform

import psutil
import pytest

from engine.freed_memory import return_freed_memory

BLOCK, COUNT = 100_000, 800  # bytes of each: too few for a block to be asked of the system by itself


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs the GNU C library")
def test_holes_are_given_back():
    library = ctypes.CDLL(None)
    library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    held = [library.malloc(BLOCK) for _ in range(COUNT)]
    for block in held:
        ctypes.memset(block, 1, BLOCK)
    for block in held[:-1]:  # the last one lies above them all
        library.free(block)
    before = psutil.Process().memory_info().rss
    return_freed_memory()
    assert before - psutil.Process().memory_info().rss > BLOCK * COUNT / 2
    library.free(held[-1])


def test_without_such_a_library_nothing_happens(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    return_freed_memory()
