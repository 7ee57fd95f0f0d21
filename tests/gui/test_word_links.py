import pytest

from gui.word_links import WordLinks

# "der alte Mann" -> "the old man", with "alte" a little in "man"
LINKS = WordLinks([(0, 3, 0, 3, 0.9), (4, 8, 4, 7, 0.8), (4, 8, 8, 11, 0.15), (9, 13, 8, 11, 0.8)])


@pytest.mark.parametrize(
    ("offset", "sources", "targets"),
    [(0, [(0, 3)], [(0, 3)]), (9, [(9, 13)], [(8, 11)]), (3, [], []), (11, [], [])],
)
def test_a_target_word_leads_to_what_it_comes_from(offset, sources, targets):
    assert LINKS.of_target(offset) == (sources, targets)


def test_a_source_word_leads_to_what_comes_from_it_clearly():
    assert LINKS.of_source(5) == ([(4, 8)], [(4, 7)])


def test_the_heaviest_counts_however_faint():
    assert WordLinks([(0, 3, 0, 3, 0.12), (4, 8, 0, 3, 0.1)]).of_target(1) == ([(0, 3)], [(0, 3)])
