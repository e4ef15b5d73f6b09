"""Every page there is, by name, over the sample house."""

from __future__ import annotations

PAGES = {
    "fleet": "/",
    "station": "/stations/HB-WESER-1",
    "station-faulted": "/stations/HH-HAFEN-2",
    "station-messages": "/stations/HH-HAFEN-1/messages",
    "station-commands": "/stations/HB-WESER-1/commands",
    "station-command": "/stations/HB-WESER-1/commands/SetChargingProfile",
    "station-transactions": "/stations/HB-WESER-1/transactions",
    "station-variables": "/stations/HB-WESER-1/variables",
    "transactions": "/transactions",
    "transaction": "/transactions/HB-WESER-1/5c1e4a7f-2b64",
    "messages": "/messages",
    "message": "/messages/2",
    "tokens": "/tokens",
    "door": "/door",
    "events": "/events",
    "login": "/login",
    "welcome": "/welcome/some-secret",
    "problem": "/problems/station-offline",
    "not-found": "/nothing-here",
}
