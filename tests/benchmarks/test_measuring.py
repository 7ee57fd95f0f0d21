from benchmarks.measuring import Samples, Target, leave_out, report


def test_disturbed_samples_are_dropped_unless_there_are_no_others():
    samples = Samples([1.0, 9.0, 2.0, 8.0], [0.0, 0.5, 0.02, 0.9])
    assert samples.median() == (1.5, False)
    assert Samples([4.0, 2.0, 3.0], [0.3, 0.2, 0.1]).median() == (3.0, True)


def test_a_target_is_reached_or_not_passed():
    assert Target(1.7).met(1.8)
    assert not Target(1.7).met(1.6)
    assert Target(1.15, most=True).met(1.1)
    assert not Target(1.15, most=True).met(1.2)


def test_a_row_says_the_ratio_its_target_and_what_was_noisy(capsys):
    slow, fast = Samples([0.03], [0.0]), Samples([0.01], [0.2])
    report("decode", [slow, fast], Target(2))
    leave_out("beside another", "it is not installed")
    row, other = capsys.readouterr().out.splitlines()
    assert " ".join(row.split()) == "decode 3.00 ≥ 2.00 met 10.00 ms against 30.00 others 10% of 1 noisy"
    assert " ".join(other.split()) == "beside another – not measured: it is not installed"
