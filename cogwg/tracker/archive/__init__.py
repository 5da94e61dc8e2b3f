"""A closed year as a bag: what was published, with pages that open from a folder and a program that checks it.

``pages`` draws the pages, ``bag`` packs files in the BagIt format, ``services`` puts a year together, and ``verify`` is the
program that the bag contains.
"""
