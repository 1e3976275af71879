"""The public key of access tokens."""

from typing import Any

from backbone.acts import Call
from services.identity.api import doors, house
from services.identity.schemas.sessions import KeySetOut


@doors.ask("/.well-known/jwks.json", returns=KeySetOut)
def jwks(call: Call) -> Any:  # noqa: ARG001  every view gets its call
    """The keys with which access tokens verify, as a JSON Web Key Set (RFC 7517)."""
    return house().credentials.tokens.jwks()
