import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import torch

from engine import lean_torch
from engine.device import Device
from engine.models.families import load_decoder
from tests.engine.tiny_loaded import tiny_folder

LEAN = "import sys; from engine.lean_torch import import_torch; import_torch(); import torch;"
LEFT_OUT = (
    "sorted(name for name in sys.modules if name in ('torch._meta_registrations', 'torch._refs', 'torch._decomp'))"
)
SIX_STEPS = """
def six_steps(folder):
    decoder = load_decoder(folder, Device(torch.device("cpu"), torch.float32, "CPU"))
    logits, state = decoder.prefill(torch.arange(5, 25)[None], decoder.new_state(1))
    ids = []
    for _ in range(6):
        ids.append(logits.argmax(-1).item())
        logits, state = decoder.step(torch.tensor(ids[-1:]), state)
    return ids
"""


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_models_here_write_and_translate_without_what_is_left_out():
    code = (
        "import sys; from engine.session import Session; from engine.modes import Mode, Request;"
        "from engine.events import TextChunk; from engine.params import SamplingParams;"
        "session = Session('cpu'); params = SamplingParams(max_new_tokens=5, seed=1);"
        "requests = [Request(Mode.WRITE, 'Once upon a time', params),"
        " Request(Mode.TRANSLATE, 'Guten Morgen.', params, source_language='de', target_language='en')];"
        "print([any(isinstance(e, TextChunk) for e in session.run(r)) for r in requests]);"
        f"print({LEFT_OUT})"
    )
    assert run(code) == ["[True, True]", "[]"]


def test_models_of_transformers_load_afterwards_and_compute_the_same():
    names = {"torch": torch, "Device": Device, "load_decoder": load_decoder}
    exec(SIX_STEPS, names)
    lines = run(
        f"{LEAN}\nfrom pathlib import Path\nfrom engine.device import Device\n"
        f"from engine.models.families import load_decoder\n{SIX_STEPS}\n"
        f"print(six_steps(Path({str(tiny_folder('gpt2'))!r})))\nprint('transformers' in sys.modules)"
    )
    assert lines == [str(names["six_steps"](tiny_folder("gpt2"))), "True"]


def test_random_numbers_stay_the_same():
    draw = "torch.rand(2, generator=torch.Generator().manual_seed(3)).tolist()"
    drawn = str(torch.rand(2, generator=torch.Generator().manual_seed(3)).tolist())
    code = f"{LEAN} from engine.lean_torch import complete; print({draw}); complete(); print({draw})"
    assert run(code) == [drawn, drawn]


def test_meta_tensors_are_complete_once_it_is_completed():
    lines = run(
        f"{LEAN}\nfrom engine.lean_torch import complete\nrow = torch.empty(3, device='meta')\n"
        "try:\n    torch.dot(row, row)\nexcept NotImplementedError:\n    print('left out')\n"
        "complete(); complete(); print(torch.dot(row, row).shape)"
    )
    assert lines == ["left out", "torch.Size([])"]


@pytest.mark.parametrize(
    "first",
    [
        "import torch._meta_registrations",
        "import torch._decomp",
        "from torch import _refs",
        "import torch._prims",
        "import torch._dynamo",
        "torch.broadcast_shapes((2, 1), (3,))",
        "torch.func.jvp(torch.sin, (torch.ones(2),), (torch.ones(2),))",
    ],
)
def test_whoever_needs_more_of_torch_gets_all_of_it(first):
    lines = run(
        f"{LEAN}\n{first}\nrow = torch.empty(3, device='meta'); import torch._refs\n"
        "print(torch.dot(row, row).shape, torch._refs is sys.modules['torch._refs'], torch._refs.__spec__.origin)\n"
        "print(torch._refs.add(torch.ones(1), 1).item(), torch._decomp.decomposition_table != {})"
    )
    assert lines == [f"torch.Size([]) True {torch._refs.__file__}", "2.0 True"]


def test_another_torch_is_imported_whole():
    code = "from engine import lean_torch; lean_torch._KNOWN = '2.0'; lean_torch.import_torch(); import sys;"
    assert run(f"{code} print({LEFT_OUT})") == ["['torch._decomp', 'torch._meta_registrations', 'torch._refs']"]


def test_behind_transformers_it_is_imported_whole():
    code = "import sys, transformers; from engine.lean_torch import import_torch; import_torch();"
    assert run(f"{code} print({LEFT_OUT})") == ["['torch._decomp', 'torch._meta_registrations', 'torch._refs']"]


def test_it_was_tried_with_the_torch_that_is_pinned():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert f"torch=={lean_torch._KNOWN}" in project["project"]["dependencies"]
