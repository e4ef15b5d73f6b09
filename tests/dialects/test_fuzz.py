"""Malformed but parseable input never yields invalid output and never an unhandled exception (16.11, mapping 13.5).

Payloads are drawn from the official schemas and spoilt in one or two places; what the door lets through with every
leniency allowed goes on through the halves, and so do spoilt answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from pluglot.messages.codec import Leniency, LeniencyRule, PayloadViolation, from_builtins
from pluglot.messages.version import OcppVersion
from pluglot.soap import ALL, Service, SoapLeniency
from pluglot.soap.mapping import Reader
from tests.dialects.drawn import JSON, SOAP, VERSIONS, Drawer, type_of
from tests.dialects.driver import NOW, carry
from tests.dialects.worlds import SIDES, World, check
from tests.messages import instances, official
from tests.soap import wsdl_schemas
from tests.soap.bad_payloads import spoilt

SPOILT = 60


def let_in(version: str, name: str, drawer: Drawer) -> Iterator[Any]:
    """Messages with a mistake that the door overlooks, or that is none."""
    yield from (_from_xml if version in SOAP else _from_json)(version, name, drawer)


def _from_json(version: str, name: str, drawer: Drawer) -> Iterator[Any]:
    message = next(one for one in official.messages(JSON[version]) if one.name == name)
    for _ in range(SPOILT // 2):
        payload = drawer.payload(name)
        sites = list(instances.sites(payload, message.schema, message))
        first, second = drawer.random.choice(sites), drawer.random.choice(sites)
        for site in (first, second):
            if site is second and _overlap(first.path, second.path):
                break
            payload = instances.replaced(payload, site.path, drawer.random.choice(instances.mistakes(site)))
            try:
                yield from_builtins(type_of(version, name), payload, Leniency(LeniencyRule))
            except PayloadViolation:
                break


def _overlap(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _from_xml(version: str, name: str, drawer: Drawer) -> Iterator[Any]:
    service = next(one for one in Service if (one, name) in wsdl_schemas.schemas(version))
    binding = ALL.by_version[OcppVersion(version)]
    namespace = binding.namespaces[service]
    corpus = list(spoilt(version, service, name, namespace))
    for bad in drawer.random.sample(corpus, min(SPOILT, len(corpus))):
        reader = Reader(binding.schema, namespace, SoapLeniency())
        element = etree.fromstring(bad.element, etree.XMLParser(remove_comments=True))
        try:
            yield reader.read(element, type_of(version, name))
        except PayloadViolation:
            continue


CASES = [
    pytest.param(version, side, row, id=f"{version}-{side}-{row.name}")
    for version in VERSIONS
    for side in SIDES
    for row in World(version, side).rows("inward")
]


@pytest.mark.requirement("PROOF-11")
@pytest.mark.parametrize(("version", "side", "row"), CASES)
def test_a_spoilt_request_makes_nothing_invalid(version: str, side: str, row: Any) -> None:
    """Whatever of a spoilt request the door lets in is translated into legal messages, or refused."""
    world = World(version, side)
    for request in let_in(version, f"{row.name}Request", Drawer(version, 3)):
        check(world, "inward", row, world.carry("inward", request))


@pytest.mark.requirement("PROOF-11")
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_spoilt_answer_makes_nothing_invalid(version: str, side: str) -> None:
    """Whatever of a spoilt answer the door lets in is translated into a legal answer, or refused."""
    answers: dict[str, Iterator[Any]] = {}
    given = 0
    for row in World(version, side).rows("outward"):
        for seed in range(4):
            world = World(version, side, seed=seed)

            def peer(asked: Any, world: World = world) -> Any:
                nonlocal given
                name = f"{asked.action}Response"
                spoilt_ones = answers.setdefault(asked.action, let_in(version, name, Drawer(version, 5)))
                answer = next(spoilt_ones, None)
                given += answer is not None
                return world.peer.answer(asked) if answer is None else answer

            if row.response is None:
                continue
            request = world.drawer("outward").message(f"{row.name}Request", 0.3)
            carried = carry(
                world.half.outward(request, now=NOW), house=world.house.answer, peer=peer, pause=lambda _: None
            )
            check(world, "outward", row, carried)
    assert given >= 9
