"""A document with all kinds of marks, and sentences with marks brought to an end."""


def finish(sentence, translator):
    try:
        asked = next(sentence)
        while True:
            asked = sentence.send([translator(text) for text in asked])
    except StopIteration as stop:
        return stop.value


DOCUMENT = """# A heading #

Some **bold** words. See [the guide](https://x.org/a_(b)?q=1.2) for `foo.bar()` now!
1. first 3 things
  - [x] done _well_
> quoted text

| Name | Value |
|------|:-----:|
| one  | two \\| three |

```py
code = "stays"
```

---
[id]: https://example.org
Mail me@x.org or <https://y.org> &amp; <b>wait</b> 1,000.50 days.
"""
