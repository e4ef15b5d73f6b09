"""Every enumeration of OCPP 1.2 that differs, beside its counterpart in 1.5 (mapping 12.3); tables only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pluglot.dialects.ocpp12 import wire as older
from pluglot.dialects.ocpp15 import wire as newer
from pluglot.dialects.ocpp16.enums import same_names

_Error, _NewError = older.ChargePointErrorCode, newer.ChargePointErrorCode

STATUS_UP: Final = same_names(older.ChargePointStatus, newer.ChargePointStatus)
STATUS_DOWN: Final = same_names(newer.ChargePointStatus, older.ChargePointStatus) | {
    newer.ChargePointStatus.RESERVED: older.ChargePointStatus.OCCUPIED
}

ERROR_UP: Final = same_names(_Error, _NewError)
#: Codes that are absent are NoError, unless the connector is faulted.
ERROR_DOWN: Final = same_names(_NewError, _Error)
ERROR_DOWN_FAULTED: Final[Mapping[newer.ChargePointErrorCode, older.ChargePointErrorCode]] = {
    _NewError.GROUND_FAILURE: _Error.POWER_SWITCH_FAILURE,
    _NewError.OVER_CURRENT_FAILURE: _Error.POWER_SWITCH_FAILURE,
    _NewError.UNDER_VOLTAGE: _Error.POWER_SWITCH_FAILURE,
    _NewError.WEAK_SIGNAL: _Error.RESET_FAILURE,
    _NewError.OTHER_ERROR: _Error.RESET_FAILURE,
}
