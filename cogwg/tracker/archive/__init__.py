"""A closed year as a bag (BagIt): what was published, with pages that open from a folder, and a program that checks the bag.

``pages`` renders the pages, ``bag`` packs files in the BagIt format, ``services`` assembles a year, and ``verify`` is the
program that is put into the bag.
"""
