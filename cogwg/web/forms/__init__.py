"""Forms: one class per intent; a form parses and shapes, and never touches the session of the database."""
