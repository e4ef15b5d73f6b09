"""Tests against the WSDL files are collected where these files are; where CI runs, they must be."""

from __future__ import annotations

import os

import pytest

from tests.soap import wsdl

collect_ignore = [] if wsdl.IS_THERE else ["test_bad_payloads.py", "test_wsdl_agreement.py"]
if not wsdl.IS_THERE and os.environ.get("CI"):
    raise pytest.UsageError(wsdl.NOTE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why tests are missing."""
    if not wsdl.IS_THERE:
        terminalreporter.write_line(wsdl.NOTE)
