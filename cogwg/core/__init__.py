"""Basic types and services that every other package may import; nothing here depends on the work plan."""
