import torch

from engine.models.rotary import Rotation, paired

WIDTH, THETA = 8, 100.0


def by_definition(x, position):
    """Turn dimensions (i, i + W / 2) of x (W,) by position * theta ** (-2 i / W): Su et al. 2021, equation 15."""
    turned = x.clone()
    for i in range(WIDTH // 2):
        angle = torch.tensor(position * THETA ** (-2 * i / WIDTH))
        one, other = x[i], x[i + WIDTH // 2]
        turned[i] = one * angle.cos() - other * angle.sin()
        turned[i + WIDTH // 2] = one * angle.sin() + other * angle.cos()
    return turned


def test_products_of_turned_vectors_are_those_of_the_definition():
    generator = torch.Generator().manual_seed(1)
    queries, keys = torch.randn((2, 3 * WIDTH), generator=generator)
    turns = Rotation(WIDTH, THETA, torch.device("cpu")).turns(20)
    for position, other in ((0, 0), (3, 19), (11, 2)):
        pairs = [paired(x, 3).view(3, WIDTH // 2, 2) for x in (queries, keys)]
        turned = [
            torch.view_as_real(torch.view_as_complex(pair) * turns[place]).flatten(1)
            for pair, place in zip(pairs, (position, other), strict=True)
        ]
        expected = [
            by_definition(query, position) @ by_definition(key, other)
            for query, key in zip(queries.view(3, WIDTH), keys.view(3, WIDTH), strict=True)
        ]
        torch.testing.assert_close((turned[0] * turned[1]).sum(dim=1), torch.stack(expected), atol=1e-5, rtol=1e-5)


def test_the_table_grows_and_keeps_what_it_said():
    rotation = Rotation(WIDTH, THETA, torch.device("cpu"))
    first = rotation.turns(5).clone()
    later = rotation.turns(600)
    assert later.shape[0] >= 600
    assert torch.equal(later[:5], first)
