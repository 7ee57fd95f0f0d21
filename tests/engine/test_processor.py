import pytest

from engine.device import choose_device
from engine.processor import abilities, processor_name, processor_words


@pytest.mark.parametrize(
    ("name", "cores", "features", "words"),
    [
        (
            "Intel Xeon",
            8,
            {"avx512_f": True, "avx512_vnni": True},
            "Intel Xeon, 8 cores, AVX-512 with VNNI",
        ),
        ("Intel Xeon", 1, {"avx512_f": True, "amx_int8": True}, "Intel Xeon, 1 core, AMX"),
        ("", 4, {"avx2": True, "avx512_f": False}, "4 cores, AVX2"),
        ("Apple M2", 0, {}, "Apple M2"),
        ("", 0, {}, ""),
    ],
)
def test_a_processor_is_told_by_name_cores_and_its_best_instructions(name, cores, features, words):
    assert processor_words(name, cores, features) == words


def test_this_processor_is_told_in_one_line():
    told = abilities(choose_device("cpu"))
    assert told.startswith(processor_name())
    assert "(R)" not in told
    assert "\n" not in told
