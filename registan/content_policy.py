"""What pages may load (Content-Security-Policy), and where browsers report what they did not load."""

from django.utils.csp import CSP

REPORTS_PATH = "csp"
# `report-uri` alone: every browser has it, and `report-to` costs each page 59 bytes more (docs/decisions/0081).
CONTENT_POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "media-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "report-uri": [f"/{REPORTS_PATH}"],
}
