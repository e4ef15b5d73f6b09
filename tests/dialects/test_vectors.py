"""Worked examples: folders of JSON in which each act is one message, the steps it causes and the answer it gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pluglot.dialects import Half, Policy, csms_half, station_half
from tests.dialects.driver import CONNECTED, NOW, carry, message, seeded, shown
from tests.dialects.samples import is_valid, validator

VECTORS = sorted((Path(__file__).parent / "vectors").glob("*.json"))
HALVES = {"station": station_half, "csms": csms_half}


def matches(expected: Any, actual: Any, bound: dict[str, Any]) -> bool:
    """Whether a payload is as expected; texts that begin with a dollar stand for ids made during the test."""
    match expected:
        case str() if expected.startswith("$"):
            return bool(bound.setdefault(expected, actual) == actual)
        case dict():
            return (
                isinstance(actual, dict)
                and expected.keys() == actual.keys()
                and all(matches(value, actual[key], bound) for key, value in expected.items())
            )
        case list():
            return (
                isinstance(actual, list)
                and len(expected) == len(actual)
                and all(matches(*pair, bound) for pair in zip(expected, actual, strict=True))
            )
        case _:
            return bool(expected == actual)


def filled(value: Any, bound: dict[str, Any]) -> Any:
    """A payload with the ids made so far."""
    match value:
        case dict():
            return {key: filled(item, bound) for key, item in value.items()}
        case list():
            return [filled(item, bound) for item in value]
        case str() if value.startswith("$"):
            return bound[value]
        case _:
            return value


def official(schema: str, payload: Any) -> Any:
    """A message of a worked example, which its official schema accepts as it is written."""
    version, _, name = schema.partition(":")
    name += "" if name.endswith(("Request", "Response")) else "Request"
    assert validator(version, name).is_valid(payload), (schema, payload)
    return message(schema, payload)


def play(half: Half, act: dict[str, Any], bound: dict[str, Any]) -> None:
    """Play one act and hold it against the script."""
    steps = iter(act["steps"])

    def answered(who: str, request: Any) -> Any:
        step = next(steps)
        schema, payload = step[who]
        assert type(request) is type(message(schema, filled(payload, {**DUMMIES, **bound})))
        assert matches(payload, shown(request), bound), (payload, shown(request))
        assert is_valid(schema.partition(":")[0], request)
        schema, payload = step["reply"]
        return official(schema, filled(payload, bound))

    schema, payload = act.get("inward") or act["outward"]
    translate = half.inward if "inward" in act else half.outward
    carried = carry(
        translate(official(schema, filled(payload, bound)), now=NOW),
        house=lambda request: answered("house", request),
        peer=lambda request: answered("peer", request),
    )
    assert next(steps, None) is None, "a step was not taken"
    assert matches(act["answer"][1], shown(carried.answer), bound), shown(carried.answer)
    assert is_valid(act["answer"][0].partition(":")[0], carried.answer)
    assert [loss.field for loss in carried.losses] == act.get("losses", [])


#: Ids that a script names before they are known.
DUMMIES = {"$tx": "unknown", "$id": 1, "$event": 1, "$event2": 1}


@pytest.mark.requirement("PROOF-09")
@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_worked_example_is_reproduced(path: Path) -> None:
    """Each message of a worked example causes exactly the scripted steps, losses and answer."""
    vector = json.loads(path.read_text())
    version, _, side = vector["half"].partition(" ")
    policy = Policy(emit_custom_data=False)
    half = HALVES[side](version, identity="CS1", random=seeded(), policy=policy)
    half.connected(now=CONNECTED)
    bound: dict[str, Any] = {}
    for act in vector["acts"]:
        play(half, act, bound)


def test_there_are_worked_examples() -> None:
    """The folder of worked examples is found."""
    assert len(VECTORS) >= 11
