from __future__ import annotations

import pytest

from tests.csms.house import House


@pytest.fixture
def house() -> House:
    house = House()
    house.register()
    house.save_token()
    return house
