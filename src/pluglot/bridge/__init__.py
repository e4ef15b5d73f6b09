"""The bridge: a station of one version before a management system of another, two halves of dialects back to back.

An actor: may use ``messages``, ``dialects`` and what ``station`` says of journals; opens nothing and owns no clock.
"""

from pluglot.bridge.aside import SET_ASIDE, SetAside, set_aside
from pluglot.bridge.joint import Answer, Joint, Surroundings
from pluglot.bridge.offline import Desk
from pluglot.bridge.patience import Tries
from pluglot.bridge.registration import Registration
from pluglot.bridge.storing import DESK, StoringJoint

__all__ = [
    "DESK",
    "SET_ASIDE",
    "Answer",
    "Desk",
    "Joint",
    "Registration",
    "SetAside",
    "StoringJoint",
    "Surroundings",
    "Tries",
    "set_aside",
]
