"""A browser with a device that holds passkeys, as Chromium simulates it."""

from playwright.sync_api import Page

# A telephone or laptop that recognises its owner.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def add_device(page: Page):
    """Give the page such a device; returns the DevTools session that keeps it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return devtools
