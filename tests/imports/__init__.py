"""Tests of uploads: kept, applied once, undone once, and deleted in time."""
