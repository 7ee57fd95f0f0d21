"""Texts of every kind of letter and line end."""

from hypothesis import strategies as st

TEXTS = st.text(
    st.one_of(
        st.sampled_from("ab \n\r\u00a0\u2028\u2029\u206a\u206b\u206d\u206e\ufdd0\ufdd1\ufeff😀中"), st.characters()
    ),
    max_size=60,
).filter(lambda text: "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text))
