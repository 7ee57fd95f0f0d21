from PySide6.QtGui import QColor, QImage, QPixmap

from benchmarks.pictures import save_picture


def test_a_picture_of_few_colours_comes_back_as_it_was_and_small(qapp, tmp_path):
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#123456"))
    for place in range(100):
        image.setPixelColor(place, place, QColor(place, 2 * place, 250))
    save_picture(QPixmap.fromImage(image), tmp_path / "a.png")
    found = QImage(str(tmp_path / "a.png"))
    assert found.convertToFormat(QImage.Format.Format_RGB32) == image
    assert (tmp_path / "a.png").stat().st_size < 4_000


def test_of_many_colours_each_stays_close(qapp, tmp_path):
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    for x in range(64):
        for y in range(64):
            image.setPixelColor(x, y, QColor(4 * x, 4 * x, 4 * x + y % 3))
    save_picture(QPixmap.fromImage(image), tmp_path / "a.png")
    found = QImage(str(tmp_path / "a.png"))
    assert all(abs(found.pixelColor(x, 5).red() - 4 * x) <= 8 for x in range(64))
