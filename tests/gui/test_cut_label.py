import pytest
from PySide6.QtGui import QColor, QPalette

from gui.panels.cut_label import CutLabel

NAMES = [
    "中文长篇小说与散文续写模型二〇二六年春季修订版七十亿参数指令微调八比特量化",
    "a_name_that_can_be_broken_nowhere_" * 4,
]


@pytest.mark.parametrize("name", NAMES)
def test_the_middle_of_a_name_is_left_out_and_said_to_a_mouse(qtbot, name):
    label = CutLabel(name)
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() == 0
    label.resize(200, 30)
    assert label.fontMetrics().horizontalAdvance(label.shown) <= 200
    before, _, after = label.shown.replace("⋯", "…").partition("…")
    assert before
    assert after
    assert name.startswith(before)
    assert name.endswith(after)
    assert label.toolTip() == label.text() == name
    label.resize(3000, 30)
    assert label.shown == name


def test_it_is_drawn_in_the_colour_of_text(qtbot):
    label = CutLabel("███")
    qtbot.addWidget(label)
    palette = QPalette(label.palette())
    palette.setColor(QPalette.ColorRole.WindowText, QColor(200, 10, 20))
    label.setPalette(palette)
    label.resize(200, 30)
    image = label.grab().toImage()
    colours = {image.pixelColor(x, 15).name() for x in range(60)}
    assert QColor(200, 10, 20).name() in colours
