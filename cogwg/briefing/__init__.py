"""The Joint Councils briefing: composed from the record into a deck, which renderers draw."""
