import pytest
import torch

from engine.params import SamplingParams
from engine.sampling import Sampler, drawn
from engine.search.verification import Guess, verified

NO_IDS = torch.zeros((1, 0), dtype=torch.int64)
COUNT = 8000
WANTED = torch.tensor([[0.5, 0.2, 0.15, 0.1, 0.05, 0.0]])
OTHER = torch.tensor([[0.1, 0.3, 0.0, 0.1, 0.2, 0.3]])
LIMIT = 18.5  # chi-square of four degrees of freedom passes it once in a thousand


def chi_square(ids, wanted):
    """Return the statistic of `ids` against a distribution (1, V)."""
    counts = torch.bincount(torch.tensor(ids), minlength=wanted.shape[1])
    possible = wanted[0] > 0
    assert counts[~possible].sum() == 0
    expected = wanted[0, possible] * len(ids)
    return float(((counts[possible] - expected) ** 2 / expected).sum())


def draws(sampler, verify):
    """Return what is written and how many guesses stood."""
    written, stood = [], 0
    for _ in range(COUNT):
        guess = Guess(int(drawn(OTHER, sampler.uniform(OTHER.device))), OTHER)
        written.append(int(verify(guess, WANTED.log(), NO_IDS, sampler)))
        stood += written[-1] == guess.token
    return written, stood


def test_what_is_written_has_the_distribution_of_the_search_whatever_was_guessed():
    written, _ = draws(Sampler(SamplingParams(), [5]), verified)
    assert chi_square(written, WANTED) < LIMIT


def test_the_test_of_the_distribution_finds_what_keeps_too_many_guesses():
    def kept_by_half(guess, logits, ids, sampler):
        share = WANTED[0, guess.token] / OTHER[0, guess.token]
        stands = WANTED[0, guess.token] > 0 and sampler.uniform(logits.device) < (1 + share) / 2
        return guess.token if stands else drawn((WANTED - OTHER).clamp(min=0), sampler.uniform(logits.device))

    written, _ = draws(Sampler(SamplingParams(), [5]), kept_by_half)
    assert chi_square(written, WANTED) > 10 * LIMIT


def test_as_many_guesses_stand_as_the_distributions_share():
    _, stood = draws(Sampler(SamplingParams(), [6]), verified)
    share = float(torch.minimum(WANTED, OTHER).sum())
    assert stood / COUNT == pytest.approx(share, abs=4 * (share * (1 - share) / COUNT) ** 0.5)


def test_a_greedy_search_keeps_its_own_choice_alone():
    sampler = Sampler(SamplingParams(temperature=0), [1])
    for token in range(6):
        guess = Guess(token, torch.nn.functional.one_hot(torch.tensor([token]), 6).float())
        assert verified(guess, WANTED.log(), NO_IDS, sampler).tolist() == [0]


def test_two_distributions_that_are_the_same_but_for_rounding_leave_something_to_draw():
    sampler = Sampler(SamplingParams(), [2])
    nearly = WANTED * (1 + 1e-3)
    for _ in range(2000):
        assert int(verified(Guess(4, nearly), WANTED.log(), NO_IDS, sampler)) < 5


def test_a_guess_without_a_draw_changes_nothing():
    logits = WANTED.log()
    plain = [int(Sampler(SamplingParams(), [seed]).choose(logits, NO_IDS)) for seed in range(50)]
    guessed = [int(verified(Guess(1), logits, NO_IDS, Sampler(SamplingParams(), [seed]))) for seed in range(50)]
    assert guessed == plain
