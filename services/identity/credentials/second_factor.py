"""Time-based one-time passwords (RFC 6238) of six digits and 30 seconds, as every authenticator app makes them."""

import hmac
from datetime import datetime

import pyotp

STEP_SECONDS = 30
ISSUER = "Licita"
# One step to either side, for clocks that are a little off and people who type slowly (RFC 6238, section 5.2).
WINDOW = (0, -1, 1)


def new_secret() -> str:
    """A new secret in base32."""
    return pyotp.random_base32()


def uri(secret: str, email: str) -> str:
    """What an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step to which the code belongs, None if to none near `now`."""
    present = int(now.timestamp()) // STEP_SECONDS
    for offset in WINDOW:
        if hmac.compare_digest(pyotp.TOTP(secret).generate_otp(present + offset), code):
            return present + offset
    return None
