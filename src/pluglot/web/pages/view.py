"""Turning what is known into HTML."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from pluglot.web import problems
from pluglot.web.context import Web


def error_page(web: Web, request: Request[Any, Any, Any], problem: problems.Problem) -> Response[Any]:  # noqa: ARG001
    """What a person sees when something did not work."""
    return problems.answer(problem)
