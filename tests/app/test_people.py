from __future__ import annotations

import re
from pathlib import Path

import httpx

from tests.app.houses import house

PASSWORD = "a quite long password"


def form_token(page: httpx.Response) -> str:
    """The anti-forgery token of a page's first form."""
    found = re.search(r'name="_token" value="([^"]+)"', page.text)
    assert found is not None, page.text[:500]
    return found.group(1)


async def send(browser: httpx.AsyncClient, address: str, **fields: str) -> httpx.Response:
    """Open a page and send its form."""
    token = form_token(await browser.get(address))
    return await browser.post(address, data={"_token": token, **fields})


async def test_a_restart_logs_nobody_out_and_a_logout_is_for_good(tmp_path: Path) -> None:
    """Who logged in goes on, forms of a page opened before included; who logged out stays out after another restart."""
    async with httpx.AsyncClient(timeout=30) as browser:
        async with house(tmp_path) as program:
            await send(browser, program.one_time_link, password=PASSWORD, again=PASSWORD)
            login = f"{program.serving.url}/login"
            assert (await send(browser, login, name="admin", password=PASSWORD)).status_code == 303
            page = await browser.get(f"{program.serving.url}/tokens")
            assert page.status_code == 200
        async with house(tmp_path) as program:
            assert program.one_time_link is None
            url = program.serving.url
            assert (await browser.get(f"{url}/tokens")).status_code == 200
            fields = {"_token": form_token(page), "idToken": "04A1", "type": "Central"}
            assert (await browser.post(f"{url}/tokens", data=fields)).status_code == 303
            kept = dict(browser.cookies)
            assert (await browser.post(f"{url}/logout", data={"_token": form_token(page)})).status_code == 303
        async with house(tmp_path) as program, httpx.AsyncClient(cookies=kept, timeout=30) as thief:
            refused = await thief.get(f"{program.serving.url}/tokens", headers={"Accept": "text/html"})
            assert refused.status_code == 303
            assert refused.headers["location"].startswith("/login")
