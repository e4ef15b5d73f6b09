"""Settings are put together in order and refused with key, value and rule."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pluglot.settings import (
    COMMANDS,
    CsmsSettings,
    DemoSettings,
    StationSettings,
    WrongSetting,
    admin_token,
    load,
    rule_of,
    split_address,
    unknown_variables,
)


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
        ("database", "sqlite:///:memory:", "a file on a disk"),
        ("currency", "euro", "ISO 4217"),
        ("price_per_kwh", "-1", "0 to 1000000"),
        ("price_per_kwh", "NaN", "0 to 1000000"),
        ("price_per_kwh", "1E+400", "0 to 1000000"),
        ("heartbeat_interval", "0", "1 to 86400"),
        ("highest_power", "999", "watts, 1000 to 1000000000"),
        ("highest_power", "400 kW", "watts, 1000 to 1000000000"),
        ("accept_unknown", "perhaps", "true or false"),
        ("second_link", "both", "keep or replace"),
        ("no_common_subprotocol", "close", "refuse or close-after"),
        ("allowed_origins", "example.com", "origins such as"),
        ("lenient", "everything", "unknownProperty"),
        ("soap_call", "10.1.0.0/99", "networks such as 10.1.0.0/16"),
        ("trusted_proxies", "10.1.0.0/99", "networks such as 10.1.0.0/16"),
        ("trusted_proxies", "10.1.0.7/16", "networks such as 10.1.0.0/16"),
        ("trusted_proxies", "proxy.example", "networks such as 10.1.0.0/16"),
        ("shared_networks", "everywhere", "networks such as 10.1.0.0/16"),
        ("soap_call", "own station", "networks such as 10.1.0.0/16"),
        ("soap_https_only", "perhaps", "true or false"),
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


def test_an_unknown_table_of_the_file_is_refused(tmp_path: Path) -> None:
    """A misspelt table is not silently ignored."""
    file = tmp_path / "pluglot.toml"
    file.write_text('[cmss]\nlisten = "127.0.0.1:1"\n')
    with pytest.raises(WrongSetting, match=r"\[cmss\]; known are csms, station, bridge"):
        csms(file)


def test_a_misspelt_variable_of_the_environment_is_named() -> None:
    """What no command reads is said, with what may have been meant; keys of other commands are fine."""
    (sentence,) = unknown_variables({"PLUGLOT_LISTN": "x", "PLUGLOT_OCPP": "1.6", "PLUGLOT_ADMIN_TOKEN": "x"})
    assert "PLUGLOT_LISTN" in sentence
    assert "PLUGLOT_LISTEN" in sentence


@pytest.mark.requirement("WS-17", "RPC-11", "WS-07")
def test_lists_may_be_given_as_a_text_with_commas_or_as_a_list(tmp_path: Path) -> None:
    """Origins and leniencies read alike in the file and in the environment."""
    file = tmp_path / "pluglot.toml"
    file.write_text('[csms]\nallowed-origins = ["https://a.example", "http://b.example:81"]\n')
    settings = csms(file, {"PLUGLOT_LENIENT": "enumCase, nullAsAbsent"}, no_common_subprotocol="close-after")
    assert settings.allowed_origins == ("https://a.example", "http://b.example:81")
    assert settings.lenient == ("enumCase", "nullAsAbsent")
    assert settings.no_common_subprotocol == "close-after"
    proxies = csms(environment={"PLUGLOT_TRUSTED_PROXIES": "127.0.0.1, fd00::/8", "PLUGLOT_SHARED_NETWORKS": ""})
    assert (proxies.trusted_proxies, proxies.shared_networks) == (("127.0.0.1", "fd00::/8"), ())


@pytest.mark.parametrize("value", [-5.0, 0.0, float("nan"), float("inf")])
def test_a_demo_runs_for_a_time_that_there_is(value: float) -> None:
    """Neither a negative time nor what is no number is taken for one."""
    with pytest.raises(WrongSetting, match=r"seconds.*must be a number of seconds above 0"):
        load(DemoSettings, "demo", file=None, environment={}, arguments={"seconds": value})


@pytest.mark.parametrize("kind", COMMANDS)
def test_every_key_has_a_rule_in_words(kind: type[Any]) -> None:
    """No refusal speaks of types."""
    for key in kind.__struct_encode_fields__:
        assert rule_of(kind, key).startswith("must ")


@pytest.mark.parametrize("value", ["0.5", "0", "1.5", "86401"])
def test_a_sample_interval_is_whole_seconds(value: str) -> None:
    """A part of a second is refused, not rounded."""
    with pytest.raises(WrongSetting, match=r"sample_interval.*whole number of seconds"):
        load(StationSettings, "station", file=None, environment={}, arguments={"sample_interval": float(value)})


def test_an_empty_folder_name_is_refused() -> None:
    """The durable queue does not silently live in the current folder."""
    with pytest.raises(WrongSetting, match="state"):
        load(StationSettings, "station", file=None, environment={}, arguments={"state": ""})


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
