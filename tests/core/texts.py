"""Texts as people paste them and as nobody would: for tests that a text comes through a file without loss."""

from __future__ import annotations

from hypothesis import strategies as st

HOSTILE = (
    "",
    " ",
    "]]>",
    "]]",
    "<b>Bold</b> &amp; <![CDATA[x]]> <!-- note --> <?xml version='1.0'?>",
    "&lt; &#0; &#x41; &nbsp;",
    "Tab\there, \"quotes\", 'apostrophes', back\\slash",
    "One\r\ntwo\rthree\nfour\u2028five\x0bsix",
    "\n\nBefore and after\n\n",
    "Bell \x07, null \x00, escape \x1b, delete \x7f, next line \x85, not a character \uffff",
    "\u202eright to left\u202c \u2067عربي\u2069 עברית \u200fmark",
    "e\u0301 \u00e9 œuvre ﬁ ½ №\u00a0914 « guillemets »",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧‍👧 ☺️ 🇨🇦",
    "ᐃᓄᒃᑎᑐᑦ Ɣ nêhiyawêwin",
    "=1+1 _x000D_ _x0041_ %(name)s {{ name }} {0} \\u0041",
    "x" * 4000,
    "é\n" * 2000,
)
"""Markup, entities, line ends, control characters, marks of direction, accents in two forms, emoji, formulas, long texts."""
_PARTS = st.sampled_from(
    ["<", ">", "&", "]]>", "&amp;", "\r\n", "\r", "\n", "\t", "\x00", "\x0b", "\x85", "\u2028", "\u202e", "\u2066", "\ufeff"]
) | st.text(max_size=12)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.lists(_PARTS, max_size=12).map("".join), st.text(max_size=80))
"""Any text, more often one with characters that files treat in a special way."""
