import errno

import pytest
import torch

from engine.errors import ModelError
from engine.failures import failure_sentence


def test_what_is_meant_for_the_writer_is_said_as_it_is():
    assert failure_sentence(ModelError("The model is damaged: download it again.")).startswith("The model is damaged")


def test_memory_that_the_processor_lacks_is_told_as_such():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert "not enough memory" in failure_sentence(caught.value)
    assert "not enough memory" in failure_sentence(MemoryError())
    assert "not enough memory" in failure_sentence(torch.OutOfMemoryError("CUDA out of memory"))


@pytest.mark.gpu
def test_memory_that_the_accelerator_lacks_is_told_as_such():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 50, dtype=torch.uint8, device="cuda")
    assert "not enough memory" in failure_sentence(caught.value)


def test_anything_else_is_one_sentence_without_its_details():
    sentence = failure_sentence(RuntimeError("shape mismatch\nat line 3"))
    assert "shape mismatch" not in sentence
    assert "\n" not in sentence


def test_a_full_disk_is_said():
    assert "room left" in failure_sentence(OSError(errno.ENOSPC, "No space left on device"))


def test_numbers_that_are_none_are_the_models_fault():
    weights = torch.full((1, 4), torch.nan)
    with pytest.raises(RuntimeError) as caught:
        torch.multinomial(weights, 1)
    assert "its weights are damaged" in failure_sentence(caught.value)
