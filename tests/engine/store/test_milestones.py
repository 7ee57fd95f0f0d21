from engine.store.milestones import Version, sessions

SAVED = Version(4, 12.0, "saved")


def test_what_was_made_between_two_openings_is_one_session():
    versions = [Version(2, 11.0, "generation"), SAVED, Version(5, 20.0, "opened"), Version(8, 22.0, "milestone", "End")]
    first, second = sessions(versions, 9, 10.0)
    assert (first.first, first.last, first.began, first.edits) == (0, 5, 10.0, 5)
    assert first.versions == (versions[0], SAVED)
    assert (second.first, second.last, second.began, second.edits) == (5, 9, 20.0, 4)
    assert [version.name for version in second.versions] == ["End"]


def test_a_session_without_edits_or_versions_is_left_out():
    opened = [Version(5, at, "opened") for at in (20.0, 30.0, 40.0)]
    assert [session.began for session in sessions(opened, 6, 10.0)] == [10.0, 40.0]
    named = Version(5, 31.0, "milestone", "As it was")
    assert [session.edits for session in sessions([*opened[:2], named, opened[2]], 5, 10.0)] == [5, 0]


def test_saving_twice_without_an_edit_is_one_version():
    (session,) = sessions([SAVED, Version(4, 13.0, "saved"), Version(4, 13.5, "milestone", "Mine")], 4, 10.0)
    assert [version.reason for version in session.versions] == ["saved", "milestone"]


def test_without_edits_there_is_no_session():
    assert sessions([], 0, 0.0) == []
