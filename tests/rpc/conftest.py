"""A clock that stands still until told otherwise, and conversations of every version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from pluglot.dialects.ocpp16.wire.actions import ACTIONS as ACTIONS_16
from pluglot.dialects.ocpp20.wire.actions import ACTIONS as ACTIONS_20
from pluglot.dialects.ocpp201.wire.actions import ACTIONS as ACTIONS_201
from pluglot.messages.action import Action
from pluglot.messages.actions import ACTIONS as ACTIONS_21
from pluglot.messages.version import OcppVersion
from pluglot.rpc import ConversationPair, ConversationSettings

TABLES: Mapping[OcppVersion, Mapping[str, Action]] = {
    OcppVersion.OCPP_1_6: ACTIONS_16,
    OcppVersion.OCPP_2_0: ACTIONS_20,
    OcppVersion.OCPP_2_0_1: ACTIONS_201,
    OcppVersion.OCPP_2_1: ACTIONS_21,
}

MakePair = Callable[..., ConversationPair]


class Clock:
    """Time as the test wants it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def forward(self, seconds: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=list(TABLES), ids=str)
def version(request: pytest.FixtureRequest) -> OcppVersion:
    """Each version in turn."""
    chosen: OcppVersion = request.param
    return chosen


@pytest.fixture
def make_pair() -> MakePair:
    """Make a pair of conversations of a version."""

    def make(version: OcppVersion, settings: ConversationSettings | None = None) -> ConversationPair:
        return ConversationPair(version, TABLES[version], station_settings=settings, csms_settings=settings)

    return make


@pytest.fixture
def pair(make_pair: MakePair) -> ConversationPair:
    """A pair that speaks 2.1."""
    return make_pair(OcppVersion.OCPP_2_1)
