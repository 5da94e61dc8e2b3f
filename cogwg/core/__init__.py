"""Ground: what every floor stands on, and nothing that knows a work plan."""
