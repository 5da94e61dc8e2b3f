"""User journeys in a real browser, with and without JavaScript, in English and in French."""
