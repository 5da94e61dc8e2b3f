"""The deck as pages of one size, laid out and measured before anything is written, for every format that has pages.

Modules: texts and links (``text``), layout (``styles``, ``measure``, ``page``, ``pagination``), what a page may know of the
other slides (``context``), one module per kind of slide, and the registry of the kinds (``registry``).
"""
