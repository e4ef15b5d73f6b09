from collections.abc import Callable

import pytest

from tests.station.bench import Bench


@pytest.fixture
def bench() -> Callable[..., Bench]:
    """Makes a station with a CSMS of plain Python before it, and a clock that only moves when told."""
    return Bench
