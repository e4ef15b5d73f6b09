from __future__ import annotations

from collections.abc import Iterator

import pytest

from pluglot.messages import codec
from pluglot.messages.base import Request
from pluglot.web.api.calls import CALLS
from pluglot.web.pages import forms
from pluglot.web.pages.commands import blocks


def _leaves(fields: tuple[forms.Field, ...]) -> Iterator[forms.Field]:
    for field in fields:
        if field.kind in {"group", "rows"}:
            yield from _leaves(field.fields)
        else:
            yield field


def _example(field: forms.Field) -> str:
    match field.kind:
        case "choice" | "switch":
            return field.choices[0]
        case "number":
            return field.least or "1"
        case "moment":
            return "2026-05-01T12:00"
        case "json":
            return "{}"
        case _:
            return "x" * min(field.longest or 3, 3)


@pytest.mark.parametrize("name", CALLS)
def test_every_call_has_a_form_whose_answer_is_valid(name: str) -> None:
    """What is filled into the required fields of a form is a valid request of that action."""
    request: type[Request] = CALLS[name].request
    values = {field.path: _example(field) for field in _leaves(forms.fields(request, {})) if field.required}
    payload = forms.payload(request, values)
    codec.from_builtins(request, payload)


@pytest.mark.parametrize("name", CALLS)
def test_every_optional_part_can_be_added(name: str) -> None:
    """Pressing every add button over and over opens all of a form, and every field then has a kind and a label."""
    request: type[Request] = CALLS[name].request
    values: dict[str, str] = {}
    for _ in range(40):
        addable = [field for field in _groups(forms.fields(request, values)) if field.may_add and not field.fields]
        if not addable:
            break
        pressed = {forms.ADD: addable[0].path, f"_kind_{addable[0].path}": addable[0].kind}
        grown = forms.changed(values | pressed)
        assert grown is not None
        values = grown
    assert all(field.label and field.kind for field in _leaves(forms.fields(request, values)))


def _groups(fields: tuple[forms.Field, ...]) -> Iterator[forms.Field]:
    for field in fields:
        if field.kind in {"group", "rows"}:
            yield field
            yield from _groups(field.fields)


def test_every_call_stands_in_a_named_block() -> None:
    """The list of commands has each call once, under a block people know."""
    listed = [action.name for _, actions in blocks() for action in actions]
    assert sorted(listed) == sorted(CALLS)
    assert all(len(name) > 1 for name, _ in blocks())


def test_text_becomes_typed_values() -> None:
    """Numbers, switches and times are read by the type of their field; empty fields are left out."""
    request = CALLS["RequestStartTransaction"].request
    values = {"idToken.idToken": "A", "idToken.type": "Central", "remoteStartId": " 7 ", "evseId": ""}
    assert forms.payload(request, values) == {"idToken": {"idToken": "A", "type": "Central"}, "remoteStartId": 7}
    reserve = CALLS["ReserveNow"].request
    read = forms.payload(reserve, {"expiryDateTime": "2026-05-01T12:00", "id": "1"})
    assert read["expiryDateTime"] == "2026-05-01T12:00:00Z"


@pytest.mark.parametrize(
    ("path", "text"),
    [("remoteStartId", "seven"), ("evseId", "1.5"), ("chargingProfile.chargingSchedule[0].duration", "x")],
)
def test_what_cannot_be_read_is_told_by_field(path: str, text: str) -> None:
    """Text that is no value of the field's type is refused with the path."""
    with pytest.raises(forms.BadForm) as bad:
        forms.payload(CALLS["RequestStartTransaction"].request, {path: text})
    assert bad.value.field == path


def test_rows_are_added_and_removed() -> None:
    """A new row keeps what was filled in; the last row can go."""
    request = CALLS["GetVariables"].request
    values = {"getVariableData[0].component.name": "X"}
    grown = forms.changed(values | {forms.ADD: "getVariableData", "_kind_getVariableData": "rows"})
    assert grown is not None
    assert forms.rows("getVariableData", grown) == 2
    shrunk = forms.changed(grown | {forms.REMOVE: "getVariableData[1]"})
    assert shrunk == values
    assert forms.changed(values) is None
    rows = next(field for field in forms.fields(request, grown) if field.path == "getVariableData")
    assert [row.may_remove for row in rows.fields] == [False, True]


def test_a_form_is_bounded() -> None:
    """However many rows somebody makes up, a form shows and sends a bounded number."""
    request = CALLS["GetVariables"].request
    values = {f"getVariableData[{place}].component.name": "X" for place in range(900)}
    rows = next(field for field in forms.fields(request, values) if field.path == "getVariableData")
    assert len(rows.fields) == forms.MOST_ROWS
    assert len(forms.payload(request, values)["getVariableData"]) == forms.MOST_ROWS


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("remoteStartId", "Remote start ID"),
        ("evseId", "EVSE ID"),
        ("limit_L2", "Limit L2"),
        ("targetSoC", "Target SoC"),
    ],
)
def test_names_are_told_as_words(name: str, words: str) -> None:
    """A field's name reads as people write it."""
    assert forms.label(name) == words
