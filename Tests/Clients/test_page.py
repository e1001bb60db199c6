"""The live page behind the sign-in link, in a real browser."""

import re

import pytest
from playwright.async_api import Page, async_playwright, expect

from broker import ROOT
from uploads import Rows

LINK = re.compile(r"(http://\S+/monitoring#code=\S+)")


@pytest.fixture
def paged(own_broker):
    return own_broker(web=ROOT / "web")


@pytest.fixture
async def page(paged) -> Page:
    """The page as someone sees it who followed the link; what the console said is kept in `page.said`."""
    async with async_playwright() as browsers:
        browser = await browsers.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = await browser.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        await page.goto(paged.line(LINK).group(1))
        await expect(page.locator("#state")).to_have_text("Live")
        yield page
        await browser.close()


async def test_rows_come_and_move_without_a_reload(page, paged):
    rows = Rows(paged)
    id = rows.upload(rows.owner(), video_title="<b>Chapitre</b>", progress=3)
    row = page.locator("#rows tr", has_text="<b>Chapitre</b>")
    await expect(row.locator("progress")).to_have_attribute("aria-label", "3 %")
    rows.update(id, progress=44)
    await expect(row.locator("progress")).to_have_attribute("aria-label", "44 %")
    rows.delete(id)
    await expect(row).to_have_count(0)
    assert page.said == []


async def test_a_stop_is_told_until_the_device_has_confirmed_it(page, paged):
    rows = Rows(paged)
    id = rows.upload(rows.owner(), video_title="Chapitre 1")
    row = page.locator("#rows tr", has_text="Chapitre 1")
    await row.get_by_role("button", name="Stop").click()
    await expect(row.locator(".status")).to_have_text("stopped, not confirmed yet")
    rows.update(id, progress=9)
    await expect(row.locator(".status")).to_contain_text("still sending")
    rows.update(id, status="retrying")
    await expect(row.locator(".status")).to_contain_text("confirmed in")
    assert rows.get(id)["status"] == "stopped"


async def test_a_lost_connection_is_told_and_caught_up_with(page, paged):
    rows = Rows(paged)
    owner = rows.owner()
    paged.kill()
    await expect(page.locator("#state")).to_contain_text("Connection lost")
    paged.start()
    rows.upload(owner, video_title="Meanwhile")
    await expect(page.locator("#rows tr", has_text="Meanwhile")).to_have_count(1)
    await expect(page.locator("#state")).to_have_text("Live")


async def test_a_code_signs_in_once(page, paged):
    context = await page.context.browser.new_context()
    second = await context.new_page()
    await second.goto(paged.line(LINK).group(1))
    await expect(second.locator("#state")).to_contain_text("Sign in")
    await second.get_by_label("Paste a token").fill(paged.service)
    await second.get_by_role("button", name="Sign in").click()
    await expect(second.locator("#state")).to_have_text("Live")
