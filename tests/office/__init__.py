"""Decks on paper, as LibreOffice and poppler print them."""
