"""Drawn examples are the same on every machine and in every run, and no machine is too slow to draw them.

With ``--hypothesis-profile=exploring`` others are drawn each time.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("exploring", settings.get_profile("steady"), derandomize=False, print_blob=True)
settings.load_profile("steady")
