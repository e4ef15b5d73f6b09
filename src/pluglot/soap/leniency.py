"""What peers of OCPP over SOAP do wrong in the field and is overlooked: named rules, each use counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class SoapRule(StrEnum):
    """A mistake that is overlooked; all are unless an operator forbids them."""

    SOAP_1_1 = "soap11"
    MISSING_HEADER = "missingHeader"
    MISSING_ACTION = "missingAction"
    ACTION_SPELLING = "actionSpelling"
    MISSING_MESSAGE_ID = "missingMessageId"
    MISSING_RELATES_TO = "missingRelatesTo"
    MISSING_FROM = "missingFrom"
    MISSING_TO = "missingTo"
    MISSING_REPLY_TO = "missingReplyTo"
    IDENTITY_NAMESPACE = "identityNamespace"
    SERVICE_NAMESPACE = "serviceNamespace"
    OPERATION_SPELLING = "operationSpelling"
    ELEMENT_NAMESPACE = "elementNamespace"
    ELEMENT_ORDER = "elementOrder"
    UNKNOWN_ELEMENT = "unknownElement"
    EMPTY_ELEMENT = "emptyElement"
    EMPTY_LIST = "emptyList"
    ENUM_CASE = "enumCase"
    DATE_WITHOUT_ZONE = "dateWithoutZone"
    LONG_ID_TAG = "longIdTag"
    LONG_PARENT_ID_TAG = "longParentIdTag"
    #: Of our own making: a character that XML cannot hold was written as U+FFFD.
    UNSAYABLE_CHARACTER = "unsayableCharacter"


class SoapLeniency:
    """The mistakes overlooked for one peer, and how often each was seen."""

    __slots__ = ("forbidden", "used")

    def __init__(self, forbidden: Iterable[SoapRule | str] = ()) -> None:
        self.forbidden = frozenset(SoapRule(rule) for rule in forbidden)
        self.used: Counter[SoapRule] = Counter()

    def allows(self, rule: SoapRule) -> bool:
        """Say whether a mistake is overlooked, and count it if so."""
        if rule in self.forbidden:
            return False
        self.used[rule] += 1
        return True


def strict() -> SoapLeniency:
    """A leniency that overlooks nothing."""
    return SoapLeniency(EVERY_RULE)


EVERY_RULE: Final = frozenset(SoapRule)
