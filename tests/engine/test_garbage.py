import gc
import subprocess
import sys
import weakref

import pytest

from engine.garbage import paused_search


class Ring:
    def __init__(self):
        self.me = self


def test_rings_stay_while_the_search_is_paused():
    threshold = gc.get_threshold()
    gc.set_threshold(1)
    try:
        with paused_search():
            ring = weakref.ref(Ring())
            assert ring() is not None
            assert [[] for _ in range(9)]  # any of these would have begun a search
            assert ring() is not None
        assert [[] for _ in range(9)]
        assert ring() is None
    finally:
        gc.set_threshold(*threshold)


def test_the_search_goes_on_after_an_error_and_stays_off_where_it_was_off():
    with pytest.raises(ValueError, match="broken"), paused_search():
        raise ValueError("broken")
    assert gc.isenabled()
    with paused_search():
        with paused_search():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_only_what_is_there_at_first_is_exempt():
    code = (
        "import gc, weakref; from engine.garbage import exempt_modules\n"
        "class Ring:\n    def __init__(self): self.me = self\n"
        "first = Ring(); seen = weakref.ref(first); exempt_modules()\n"
        "second = Ring(); later = weakref.ref(second); exempt_modules(); del first, second; gc.collect()\n"
        "print(seen() is None, later() is None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False True\n"
