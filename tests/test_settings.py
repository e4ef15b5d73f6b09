"""Settings are put together in order and refused with key, value and rule."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pluglot.settings import CsmsSettings, WrongSetting, admin_token, load, split_address


def csms(file: Path | None = None, environment: dict[str, str] | None = None, **arguments: Any) -> CsmsSettings:
    return load(CsmsSettings, "csms", file=file, environment=environment or {}, arguments=arguments)


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    """Each place overrides the one before it, key by key."""
    file = tmp_path / "pluglot.toml"
    file.write_text('[csms]\nlisten = "127.0.0.1:1"\nweb = "127.0.0.1:2"\ncurrency = "SEK"\nprice-per-kwh = 2.5\n')
    settings = csms(file, {"PLUGLOT_WEB": "127.0.0.1:3", "PLUGLOT_LISTEN": "127.0.0.1:4"}, listen="127.0.0.1:5")
    assert (settings.listen, settings.web, settings.currency) == ("127.0.0.1:5", "127.0.0.1:3", "SEK")
    assert settings.price_per_kwh == Decimal("2.5")


def test_everything_listens_on_loopback_and_adopts_nobody_unless_told() -> None:
    """The defaults are safe."""
    settings = csms()
    assert split_address(settings.listen)[0] == split_address(settings.web)[0] == "127.0.0.1"
    assert not settings.accept_unknown


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("listen", "9000", "must be HOST:PORT"),
        ("listen", "127.0.0.1:99999", "port must be 0 to 65535"),
        ("database", "oracle://x", "must be sqlite:///PATH"),
        ("currency", "euro", "ISO 4217"),
        ("price_per_kwh", "-1", "0 or more"),
        ("price_per_kwh", "NaN", "0 or more"),
        ("heartbeat_interval", "0", ">= 1"),
        ("accept_unknown", "perhaps", "bool"),
        ("second_link", "both", "keep or replace"),
    ],
)
def test_a_wrong_value_is_refused_with_key_value_and_rule(key: str, value: str, rule: str) -> None:
    """What is wrong, what it was and what it must be are all in the message."""
    with pytest.raises(WrongSetting) as caught:
        csms(environment={f"PLUGLOT_{key.upper()}": value})
    assert caught.value.key == key
    assert value in str(caught.value)
    assert rule in str(caught.value)


def test_an_unknown_key_of_the_file_is_refused(tmp_path: Path) -> None:
    """A misspelt key is not silently ignored."""
    file = tmp_path / "pluglot.toml"
    file.write_text('[csms]\nlissten = "127.0.0.1:1"\n')
    with pytest.raises(WrongSetting, match=r"csms\.lissten.*is not a key of \[csms\]"):
        csms(file)


@pytest.mark.parametrize("text", ["csms = 1", "[csms", "\x00"])
def test_a_broken_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    """A file that cannot be understood is named."""
    file = tmp_path / "pluglot.toml"
    file.write_text(text)
    with pytest.raises(WrongSetting):
        csms(file)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    """A file that does not exist is named."""
    with pytest.raises(WrongSetting, match=r"nowhere\.toml.*cannot be read"):
        csms(tmp_path / "nowhere.toml")


def test_a_short_admin_token_is_refused_without_repeating_it() -> None:
    """The admin token of the environment needs 32 characters and never appears in an error."""
    with pytest.raises(WrongSetting) as caught:
        admin_token({"PLUGLOT_ADMIN_TOKEN": "hunter2"})
    assert "hunter2" not in str(caught.value)
    assert admin_token({"PLUGLOT_ADMIN_TOKEN": "x" * 32}) == "x" * 32
    assert admin_token({}) is None
