"""The trace: who did what to which thing, before and after. It knows ids and kinds, never names or tables above."""
