from PySide6.QtWidgets import QLabel, QWidget

from gui.panels.widgets import column
from gui.shelf.page_area import PageArea, RowsArea


def test_a_page_scrolls_rather_than_being_squeezed(qtbot):
    page = QWidget()
    for _ in range(20):
        (page.layout() or column(page)).addWidget(QLabel("A line"))
    area = PageArea(page)
    qtbot.addWidget(area)
    area.resize(300, 100)
    with qtbot.waitExposed(area):
        area.show()
    assert page.height() >= page.minimumSizeHint().height() > 100
    assert area.verticalScrollBar().maximum() > 0


def test_rows_take_their_height_but_no_more_than_a_share_of_the_window(qtbot):
    window = QWidget()
    layout, rows = column(window, 0), RowsArea()
    layout.addWidget(QWidget(), 1)
    layout.addWidget(rows)
    qtbot.addWidget(window)
    window.resize(300, 600)
    with qtbot.waitExposed(window):
        window.show()

    def add():
        row = QWidget()
        row.setFixedHeight(90)
        rows.add(row)

    add()
    qtbot.waitUntil(lambda: rows.height() == 8 + 90 + 14)
    for _ in range(9):
        add()
    qtbot.waitUntil(lambda: rows.height() == 198)
    window.resize(300, 420)
    qtbot.waitUntil(lambda: rows.height() == round(0.33 * 420))
