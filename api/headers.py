"""Security headers of every answer, whoever made it: a view, an error, a file, the server itself."""

from __future__ import annotations

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline and nothing from elsewhere: a script in a title that got through escaping still would not run."""
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=(), browsing-topics=()",
    ),
    ("X-Frame-Options", "DENY"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("Cache-Control", "no-store"),
)
TRANSPORT = "max-age=31536000; includeSubDomains"


def harden(headers: list[tuple[str, str]], *, secure: bool) -> None:
    """Adds the headers that an answer does not have. ``secure``: readers come by TLS."""
    present = {name.lower() for name, _ in headers}
    headers.extend(pair for pair in HEADERS if pair[0].lower() not in present)
    if secure and "strict-transport-security" not in present:
        headers.append(("Strict-Transport-Security", TRANSPORT))
