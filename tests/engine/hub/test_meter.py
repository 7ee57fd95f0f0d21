from engine.hub.meter import Meter


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_speed_and_time_left_follow_the_last_seconds():
    clock = Clock()
    meter = Meter(100_000_000, 20_000_000, clock)
    assert meter.words == "20.0 MB of 100 MB"
    for _ in range(50):  # slow at first
        clock.now += 1
        meter.add(100_000)
    for _ in range(10):
        clock.now += 1
        meter.add(1_000_000)
    assert 900_000 < meter.rate <= 1_000_000
    assert meter.words == "35.0 MB of 100 MB, 1.0 MB a second, 1 min left"


def test_reports_come_ten_times_a_second_at_most():
    clock = Clock()
    meter = Meter(1_000_000, 0, clock)
    told = 0
    for _ in range(1000):
        clock.now += 0.001
        told += meter.add(1000)
    assert told in (10, 11)
    assert meter.done == 1_000_000


def test_bytes_that_are_given_up_are_no_speed():
    clock = Clock()
    meter = Meter(1_000_000, 500_000, clock)
    clock.now += 1
    meter.add(-500_000)
    assert (meter.done, meter.rate) == (0, 0.0)
