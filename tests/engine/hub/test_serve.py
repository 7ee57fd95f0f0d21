import pytest

from engine.errors import ModelError
from engine.events import Finished, ModelDetails, ModelFound, ModelInstalled
from engine.hub.request import HubAction, HubRequest
from engine.hub.serve import serve
from tests.engine.hub.conftest import REPO


def test_every_action_ends_with_finished(request_for, tmp_path):
    kinds = {
        HubAction.SEARCH: (request_for(HubAction.SEARCH, "tiny"), ModelFound),
        HubAction.DETAILS: (request_for(HubAction.DETAILS), ModelDetails),
        HubAction.DOWNLOAD: (request_for(), ModelInstalled),
    }
    for request, kind in kinds.values():
        events = list(serve(request))
        assert events[-1] == Finished()
        assert isinstance(events[-2], kind)
    assert list(serve(HubRequest(HubAction.VERIFY, "tiny")))[-1] == Finished()


def test_unknown_models_cannot_be_verified():
    with pytest.raises(ModelError, match='no model "none"'):
        list(serve(HubRequest(HubAction.VERIFY, "none")))


@pytest.mark.parametrize("action", HubAction)
def test_requests_cross_the_pipe_unchanged(action, request_for):
    request = request_for(action, REPO, task="write", revision="main")
    assert HubRequest.from_json(request.to_json()) == request
