"""Inside. Templates, checks and counters of the product fail; the clock and the key are not what they were."""
