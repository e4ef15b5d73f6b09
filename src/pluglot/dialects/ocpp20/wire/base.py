"""What the messages and data types of OCPP 2.0 have in common: any object may have members that no schema names."""

from __future__ import annotations

from pluglot.messages import base


class DataType(base.DataType, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A composite value inside a 2.0 message; members it does not know are passed over."""


class Request(base.Request, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A 2.0 message that asks something of the other side."""


class Response(base.Response, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The answer to the 2.0 request of the same action."""
