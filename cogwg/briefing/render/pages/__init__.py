"""The deck as pages of one size, laid out and measured before anything is written, for every format that has pages.

Modules: texts and links (``text``), layout (``styles``, ``measure``, ``page``, ``pagination``), data about the deck and the
other slides (``context``), modules for the kinds of slides, and the registry of these kinds (``registry``).
"""
