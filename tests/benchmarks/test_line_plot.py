from xml.etree import ElementTree

from benchmarks.line_plot import line_plot

SVG = "{http://www.w3.org/2000/svg}"
LINES = [("ours", [(1, 2.0), (8, 4.0)]), ("theirs <old>", [(1, 3.0), (8, 4.01)])]


def test_every_line_is_drawn_and_named_where_it_ends():
    picture = ElementTree.fromstring(line_plot("30m", "texts at once", LINES))
    words = {text.text: text for text in picture.iter(f"{SVG}text")}
    assert {"30m", "texts at once", "ours 4.00", "theirs <old> 4.01", "1", "8"} <= words.keys()
    heights = [float(words[name].get("y", "")) for name in ("ours 4.00", "theirs <old> 4.01")]
    assert abs(heights[0] - heights[1]) >= 15, "names do not stand on each other"
    ours, theirs = (line.get("points", "").split() for line in picture.iter(f"{SVG}polyline"))
    assert ours[0].split(",")[0] == theirs[0].split(",")[0]
    assert float(ours[0].split(",")[1]) > float(ours[1].split(",")[1]), "more is higher"
