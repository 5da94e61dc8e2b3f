"""The tutorial as a program: its pages in ``docs/tutorial/`` are read as steps and carried out in a browser.

``python -m tests.tutorial`` walks through both pages and takes their pictures again. ``tests/e2e/test_tutorial.py`` walks
through them too, so a page that no longer tells the truth fails there.
"""
