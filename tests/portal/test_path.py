"""The whole path: reminded by mail, looked at, paid in two currencies, at peace."""

import pytest

WIDTHS = {"phone": (400, 800), "desktop": (1280, 900)}


def shoot(shop, page, name):
    """Keep a picture of a page beside the logs."""
    page.wait_for_load_state("networkidle")
    path = shop.environment.place.logs / f"portal-{name}.png"
    page.screenshot(path=str(path), full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{name} is {wide} pixels wider than the window"


def look(shop, browser, link):
    """Look at the page, the payment and a form at both widths."""
    for name, (width, height) in WIDTHS.items():
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.goto(link)
        shoot(shop, page, f"account-{name}")
        for kind in ("promise", "dispute"):
            page.goto(f"{link}/request/{kind}")
            shoot(shop, page, f"{kind}-{name}")
        page.goto(f"{link}/pay?select=overdue")
        page.get_by_role("heading", name="Payment", exact=True).wait_for()
        shoot(shop, page, f"pay-{name}")
        context.close()


def pay(shop, page, link, code):
    """Choose all boxes, pay those in one currency, and come back to the page."""
    page.goto(link)
    for box in page.locator("input[name=item]").all():
        box.check()
    bar = page.locator(".o_credit_portal_pay_bar").filter(has_text=code)
    bar.get_by_role("button", name="Pay the chosen items").click()
    page.locator("input[name=o_payment_radio]").first.wait_for(state="attached")
    page.locator("select#simulated_payment_state").select_option("done")
    page.locator("button[name=o_payment_submit_button]").click()
    page.get_by_role("heading", name="Thank you for your payment").wait_for(
        timeout=60000
    )
    shoot(shop, page, f"paid-{code}")
    page.get_by_role("link", name="Back to your account").click()
    page.get_by_role("heading", name="Your account").wait_for()


@pytest.mark.slow
def test_from_the_mail_to_peace(shop, browser):
    assert shop.step("remind") == ["Other Customer", "Paying Customer"]
    link = shop.inbox.link_to("paying@browser.example")
    assert link.startswith(shop.url)
    look(shop, browser, link)

    context = browser.new_context(viewport={"width": 400, "height": 800})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(link)
    assert "120.00" in page.inner_text("body")
    pay(shop, page, link, "USD")
    assert "120.00" not in page.inner_text(".o_credit_portal_totals")
    pay(shop, page, link, "EUR")
    assert "Nothing is open" in page.inner_text("body")
    shoot(shop, page, "nothing-open")
    assert errors == []

    found = shop.step("invoice_states")
    assert [row[0] for row in found["invoices"]] == ["USD", "USD", "EUR"]
    assert {row[1] for row in found["invoices"]} <= {"paid", "in_payment"}
    assert [row[2] for row in found["invoices"]] == [0, 0, 0]
    assert found["reconciled"] == [True, True, True]
    assert [row[:3] for row in found["payments"]] == [
        ["USD", 200, "done"],
        ["EUR", 50, "done"],
    ]
    assert found["seen"]

    shop.inbox.mails.clear()
    assert shop.step("remind", days=15) == ["Other Customer"]
    assert {to for recipients, _mail in shop.inbox.mails for to in recipients} == {
        "other@browser.example"
    }
    token = link.rpartition("/")[2]
    assert token not in shop.log.read_text()
