from PySide6.QtGui import QTextCursor, QTextDocument

from gui.counting import Counter


def test_a_long_document_is_counted_in_slices_and_again_after_changes(qapp, qtbot):
    document = QTextDocument()
    document.setPlainText("# A\none two\n" * 20_000)
    counter = Counter(document)
    with qtbot.waitSignal(counter.counted, timeout=20_000) as first:
        counter.watch(document)
    assert first.args[0].words == 3 * 20_000
    with qtbot.waitSignal(counter.counted, timeout=20_000) as second:
        QTextCursor(document).insertText("new ")
    assert second.args[0].words == 3 * 20_000 + 1
    assert len(second.args[0].headings) == 20_000 - 1
    counter.watch(None)
