from engine.tries import wait


def test_a_wait_says_how_long_it_takes_still():
    seconds = [pause.seconds for pause in wait(0.3)]
    assert len(seconds) >= 2
    assert seconds == sorted(seconds, reverse=True)
    assert list(wait(0)) == []
