"""How often the interpreter looks for forgotten cycles of objects: seldom in a server, which makes hardly any."""

from __future__ import annotations

import gc
from typing import Final

#: The youngest objects are looked at when so many were made and kept; with the interpreter's own figure a server under
#: load looks at the messages under way again and again, which takes a third of its time and finds nothing.
YOUNGEST: Final = 20_000
#: How many looks at one generation come before one at the next.
BETWEEN_LOOKS: Final = 20


def look_seldom() -> None:
    """Settle the collector for a long-running program; call it when the program has started.

    What is there by then stays, and is not looked at any more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNGEST, BETWEEN_LOOKS, BETWEEN_LOOKS)
