"""The deck as pages of one size, laid out and measured before anything is written, for every format that has pages.

Rooms: words (``text``), measuring (``looks``, ``measure``, ``page``, ``fill``), what a page may know of the others
(``setting``), one module per kind of slide, and the kinds put together (``kinds``).
"""
