from tests.engine.remote.conftest import fake  # noqa: F401 - a fixture


def test_the_command_line_writes_on_a_server(cli, fake):  # noqa: F811
    arguments = ("write", "--server", fake.address, "--model", "big-model", "--prompt", "Once. ", "--temperature", "0")
    status, out, error = cli(*arguments, "--progress")
    assert status == 0
    assert out.endswith("The sea was calm.\n")
    assert "text leaves this machine" in error
    assert fake.asked[0][1]["temperature"] == 0
    assert fake.asked[0][0].endswith("chat/completions")
    cli(*arguments, "--no-chat")
    assert fake.asked[1][1]["prompt"] == "Once. "


def test_a_server_that_is_away_is_a_sentence(cli):
    status, _, error = cli("write", "--server", "http://127.0.0.1:9/v1", "--model", "m", "--prompt", "Once")
    assert (status, error.count("\n")) == (1, 1)
    assert "127.0.0.1:9 does not answer" in error
    assert cli("write", "--server", "nonsense", "--model", "m", "--prompt", "Once")[0] == 2
