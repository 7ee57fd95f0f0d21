import shutil
import sys

import pytest

from benchmarks.power_cut import Disk, Loss, copies_in, losses, run_window
from engine.store.edits import Change
from engine.store.journal import Journal


def keep(journal, folder, moment, number):
    """Copy a journal as if it were brought to the disk at this moment."""
    for suffix in ("", "-wal"):
        place = journal.path.with_name(journal.path.name + suffix)
        shutil.copy(place, folder / f"{moment:.9f} {number} {place.name}")


def test_a_cut_takes_what_came_after_the_last_copy(tmp_path):
    kept, places = tmp_path / "kept", tmp_path / "places"
    kept.mkdir()
    places.mkdir()
    journal = Journal(tmp_path / "0123abc.db", "", {})
    journal.append([Change(0, 0, "ab")])
    keep(journal, kept, 10.0, 1)
    journal.append([Change(2, 0, "cd")])
    keep(journal, kept, 12.0, 2)
    journal.append([Change(4, 0, "ef")])
    journal.close()
    disk = Disk(copies_in(kept), places)
    assert [disk.text_at(moment) for moment in (9.0, 10.0, 11.9, 12.0, 99.0)] == ["", "ab", "ab", "abcd", "abcd"]
    times = [8.0, 9.0, 11.0, 11.5, 13.0, 14.0]
    cuts = [8.5, 10.5, 11.75, 12.5, 14.5]
    expected = [Loss(1, 0.5), Loss(0, 0.0), Loss(2, 0.75), Loss(0, 0.0), Loss(2, 1.5)]
    assert losses(disk, "abcdef", times, cuts) == expected
    with pytest.raises(RuntimeError, match="never typed"):
        losses(disk, "abxdef", times, [12.5])


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler")
def test_a_window_brings_what_is_typed_to_the_disk(tmp_path):
    typed, times = run_window(tmp_path, 4.0, 1)
    (tmp_path / "places").mkdir()
    disk = Disk(copies_in(tmp_path / "kept"), tmp_path / "places")
    moments = [times[0] + share * (times[-1] - times[0]) / 50 for share in range(51)]
    assert all(loss.characters <= len(typed) for loss in losses(disk, typed, times, moments))
    assert disk.text_at(times[-1] + 60) == typed
