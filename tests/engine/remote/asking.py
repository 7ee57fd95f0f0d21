"""A session that asks a server."""

from engine.modes import Request
from engine.params import SamplingParams
from engine.session import Session


def run(fake, mode, text, *, chat=True, params=None, **options):
    request = Request(mode, text, params or SamplingParams(seed=3), server=fake.server(chat=chat), **options)
    return list(Session("cpu").run(request))
