from engine.events import DeviceFound
from engine.placement import Placement
from gui.shelf.placement_row import PlacementRow

GB = 1_000_000_000
DEVICES = [
    DeviceFound("cuda:0", "a GPU", "bfloat16", "", True, 8 * GB, 8 * GB),
    DeviceFound("cpu", "CPU", "float32", "", False, 8 * GB, 16 * GB),
]


def made(qtbot, placement=Placement()):  # noqa: B008 - it is frozen
    row = PlacementRow()
    qtbot.addWidget(row)
    row.show_placement(placement, DEVICES)
    return row


def test_the_devices_can_be_chosen_whole_or_split(qtbot):
    row = made(qtbot)
    words = [row.place.itemText(number) for number in range(row.place.count())]
    assert words == ["Automatic", "a GPU", "a GPU and main memory", "CPU"]
    for number, placement in enumerate(
        [Placement(), Placement("cuda:0"), Placement("cuda:0", split=True), Placement("cpu")]
    ):
        row.place.setCurrentIndex(number)
        with qtbot.waitSignal(row.chosen) as chosen:
            row.place.activated.emit(number)
        assert chosen.args == [placement]


def test_what_is_chosen_is_shown(qtbot):
    for placement, words in (
        (Placement("cuda"), "a GPU"),
        (Placement("", split=True), "a GPU and main memory"),
        (Placement("cuda:0", split=True), "a GPU and main memory"),
        (Placement("cpu"), "CPU"),
        (Placement("mps"), "Automatic"),
    ):
        assert made(qtbot, placement).place.currentText() == words
    assert made(qtbot, Placement("", "int4")).weights.currentText() == "4 bits"


def test_how_much_models_read_can_be_chosen_and_is_shown(qtbot):
    row = made(qtbot, Placement("cpu", "int8", context=8192))
    assert row.context.currentText() == "8,192 tokens"
    row.context.setCurrentIndex(1)
    with qtbot.waitSignal(row.chosen) as chosen:
        row.context.activated.emit(1)
    assert chosen.args == [Placement("cpu", "int8", context=2048)]
    assert made(qtbot).context.currentText() == "Automatic"
