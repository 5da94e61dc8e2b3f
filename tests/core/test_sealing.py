"""Encryption of secrets in the database: opened by the key that sealed them or a later one, and by no other."""

from __future__ import annotations

from cogwg.core.sealing import Sealer

OLD, NEW, OTHER = "old-6fJq2Zr8WnXc4LhTb9Vd-old-key", "new-6fJq2Zr8WnXc4LhTb9Vd-new-key", "another-2Zr8WnXc4LhTb9Vd-a-key"


def test_sealed_text_opens_with_its_key_and_hides_the_text() -> None:
    sealed = Sealer(NEW).seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DP" not in sealed
    assert Sealer(NEW).open(sealed) == "JBSWY3DPEHPK3PXP"


def test_sealing_the_same_text_twice_differs() -> None:
    assert Sealer(NEW).seal("text") != Sealer(NEW).seal("text")


def test_sealed_text_opens_while_its_key_is_a_fallback_and_not_afterwards() -> None:
    sealed = Sealer(OLD).seal("text")
    assert Sealer(NEW, (OLD,)).open(sealed) == "text"
    assert Sealer(NEW).open(sealed) is None
    assert Sealer(OTHER).open(sealed) is None


def test_changed_or_invalid_sealed_text_opens_to_none() -> None:
    sealed = Sealer(NEW).seal("text")
    for changed in ("", "text", "é", sealed[:-4], sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]):
        assert Sealer(NEW).open(changed) is None, changed
