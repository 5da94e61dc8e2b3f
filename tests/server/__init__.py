"""The product as it is really served: processes, signals, stalled clients."""
