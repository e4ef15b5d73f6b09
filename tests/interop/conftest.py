"""Tests of OCPP over SOAP with zeep are collected where the WSDL files are."""

from __future__ import annotations

import pytest

from tests.soap import wsdl

_OF_ZEEP = (
    "test_bridge_soap.py",
    "test_bridge_soap_commands.py",
    "test_bridge_soap_storing.py",
    "test_bridge_soap_upstream.py",
    "test_soap_zeep.py",
)
collect_ignore = [] if wsdl.IS_THERE else list(_OF_ZEEP)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why tests are missing."""
    if not wsdl.IS_THERE:
        terminalreporter.write_line(f"{', '.join(_OF_ZEEP)}: {wsdl.NOTE}")
