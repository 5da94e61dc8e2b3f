"""The deck as pages of one size, laid out and measured before anything is written, for every format that has pages.

Modules: texts and links (``text``, ``links``), layout (``styles``, ``measure``, ``page``, ``pagination``), data about the deck
and the other slides (``context``), one module for each kind of slide, and the registry of these kinds (``registry``).
"""
