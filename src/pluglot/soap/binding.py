"""What one version of OCPP is over SOAP: its namespaces, its operations and the shape of its elements (SOAP-01)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from pluglot.messages.action import Action, Sender
from pluglot.messages.version import OcppVersion
from pluglot.soap.leniency import SoapLeniency, SoapRule
from pluglot.soap.names import Service
from pluglot.soap.schema import Schema

_SERVED_TO: Final = {Service.CENTRAL_SYSTEM: Sender.STATION, Service.CHARGE_POINT: Sender.CSMS}
FAULT_ACTION: Final = "/Fault"


class Binding:
    """One version over SOAP."""

    def __init__(self, version: OcppVersion, dated: str, actions: Mapping[str, Action], schema: Schema) -> None:
        """``dated`` is the part of the namespace that tells the versions apart, as in ``2012/06``."""
        self.version = version
        self.namespaces = {service: f"urn://Ocpp/{service.value}/{dated}/" for service in Service}
        self.actions = actions
        self.schema = schema
        self.operations = {service: _operations(service, actions) for service in Service}
        for action in actions.values():
            schema.plan(action.request)
            if action.response is not None:
                schema.plan(action.response)


def _operations(service: Service, actions: Mapping[str, Action]) -> dict[str, Action]:
    """The operations of a service by the element of their request, in small letters."""
    sender = _SERVED_TO[service]
    return {element_name(row.name, "Request").casefold(): row for row in actions.values() if row.sender & sender}


def element_name(action: str, kind: str) -> str:
    """The name of the element of an operation, as in ``heartbeatRequest``."""
    return action[0].lower() + action[1:] + kind


class Meant(NamedTuple):
    """What a namespace stands for."""

    binding: Binding
    service: Service
    #: As the standard writes it.
    namespace: str


class Bindings:
    """All versions that one endpoint serves, found by the namespace of a body."""

    def __init__(self, bindings: Iterable[Binding]) -> None:
        """Serve these versions."""
        self.by_version: dict[OcppVersion, Binding] = {binding.version: binding for binding in bindings}
        self._exact = {
            namespace: Meant(binding, service, namespace)
            for binding in self.by_version.values()
            for service, namespace in binding.namespaces.items()
        }
        self._loose = {_loosened(namespace): meant for namespace, meant in self._exact.items()}

    def meant(self, namespace: str, leniency: SoapLeniency) -> Meant | None:
        """What a namespace stands for; a missing slash and other letters are overlooked."""
        found = self._exact.get(namespace)
        if found is None:
            found = self._loose.get(_loosened(namespace))
            if found is not None and not leniency.allows(SoapRule.SERVICE_NAMESPACE):
                return None
        return found


def _loosened(namespace: str) -> str:
    return namespace.rstrip("/").casefold()
