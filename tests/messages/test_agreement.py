"""Our codec and the official schemas agree on what is a message and what is not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pluglot.messages.codec import PayloadViolation, decode, encode
from tests.messages import instances, official
from tests.messages.official import ALL_MESSAGES, Message

steady = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def accepted(message: Message, payload: Any) -> bool:
    """Whether our codec takes a payload."""
    try:
        decode(message.type, instances.written(payload))
    except PayloadViolation:
        return False
    return True


@pytest.mark.requirement("RPC-10", "RPC-11")
@pytest.mark.parametrize("message", ALL_MESSAGES, ids=str)
@given(data=st.data())
@settings(steady, max_examples=15)
def test_what_the_schema_accepts_we_accept_and_say_again(message: Message, data: st.DataObject) -> None:
    """A valid payload is decoded; encoded again it says the same, is valid and has nothing that stands for absence."""
    payload = data.draw(instances.valid(message))
    assert official.validator(message).is_valid(payload)
    again = json.loads(encode(decode(message.type, instances.written(payload))))
    assert official.validator(message).is_valid(again)
    assert instances.compared(again, message) == instances.compared(payload, message)


@pytest.mark.requirement("RPC-10", "RPC-11")
@pytest.mark.parametrize("message", ALL_MESSAGES, ids=str)
@given(data=st.data())
@settings(steady, max_examples=15)
def test_a_payload_with_a_mistake_is_refused_by_both_or_by_none(message: Message, data: st.DataObject) -> None:
    """Whatever is put in the place of one value, our verdict is the schema's."""
    payload = data.draw(instances.valid(message))
    site = data.draw(st.sampled_from(list(instances.sites(payload, message.schema, message))))
    for mistake in instances.mistakes(site):
        changed = instances.replaced(payload, site.path, mistake)
        assert accepted(message, changed) is official.validator(message).is_valid(changed), (site.path, mistake)
