from engine.placement import Placement


def test_a_placement_is_told_to_an_engine_process():
    assert Placement().arguments == ["--device", "", "--weights", "auto"]
    assert Placement("cuda", "int8", split=True).arguments == ["--device", "cuda", "--weights", "int8", "--split"]
