"""Tests of OCPP over SOAP with zeep are collected where the WSDL files are."""

from __future__ import annotations

import pytest

from tests.soap import wsdl

collect_ignore = (
    [] if wsdl.IS_THERE else ["test_bridge_soap_commands.py", "test_bridge_soap_storing.py", "test_soap_zeep.py"]
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why tests are missing."""
    if not wsdl.IS_THERE:
        terminalreporter.write_line(f"test_soap_zeep.py: {wsdl.NOTE}")
