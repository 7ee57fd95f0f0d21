"""Abbreviations whose full stop does not end a sentence, per language. Torch-free.

Lower-case, without the last stop. Single letters and letters with inner stops ("z.B.", "U.S.")
need no entry.
"""

from __future__ import annotations

# Followed by a name or a noun: never the last word of a sentence.
_TITLES = {
    "en": "mr mrs ms dr prof rev hon st messrs mme mlle capt col gen lt sgt maj gov sen rep pres vs esq mt ft approx",
    "de": "hr fr dr prof dipl ing st bzw evtl ggf inkl exkl ca vgl sog gegr geb gest verh zit hrsg bes insb mind frl",
    "fr": "mm mme mlle mgr dr pr st ste cf env vve prof",
    "es": "sr sra srta sres dr dra d dña prof profa lic ing ud uds vd vds sto sta fr cf gral cap mons ee",
    "zh": "mr mrs ms dr prof st vs",
}

# Followed by a number.
_COUNTED = {
    "en": "no nos p pp vol vols ch fig figs sec art eq jan feb mar apr jun jul aug sep sept oct nov dec ver",
    "de": "nr nrn s bd bde kap abb abs art tel str jan feb apr aug sept okt nov dez jh",
    "fr": "n no nos p pp vol chap fig art tel tél av janv févr juil sept oct nov déc",
    "es": "n núm núms no nº p pp pág págs vol cap fig art tel ene feb mar abr jun jul ago sept oct nov dic",
    "zh": "no p pp vol fig",
}

TITLES = {language: frozenset(words.split()) for language, words in _TITLES.items()}
COUNTED = {language: frozenset(words.split()) for language, words in _COUNTED.items()}
