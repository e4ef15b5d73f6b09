"""The rhythm in which a server looks for forgotten cycles."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from pluglot.app import collector


class Ring:
    """An object that holds itself."""

    def __init__(self) -> None:
        self.ring = self


@pytest.fixture
def rhythm() -> Iterator[None]:
    """Give the interpreter its own rhythm back."""
    thresholds = gc.get_threshold()
    collector.look_seldom()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def is_forgotten_after(objects: int) -> bool:
    """Whether a cycle is gone after so many other objects were made and kept."""
    forgotten = weakref.ref(Ring())
    kept: list[list[None]] = [[] for _ in range(objects)]
    return forgotten() is None and len(kept) == objects


@pytest.mark.usefixtures("rhythm")
def test_cycles_are_found_seldom_but_are_found() -> None:
    """Some thousand new objects do not make the interpreter look for cycles; many more do."""
    assert not is_forgotten_after(collector.YOUNGEST // 2)
    assert is_forgotten_after(collector.YOUNGEST + 1000)
