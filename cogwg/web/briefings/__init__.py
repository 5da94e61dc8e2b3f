"""Say what this area of the site is for."""
