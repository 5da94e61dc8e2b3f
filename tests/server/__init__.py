"""The product served in real processes: signals, stalled clients, packaging."""
