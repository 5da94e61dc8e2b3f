"""A year that leaves as a bag: what was published, with pages that open from a folder and a program that checks it.

``pages`` draws the pages, ``bag`` packs files as BagIt has them, ``services`` puts a year together, and ``verify`` is the
program that the bag contains.
"""
