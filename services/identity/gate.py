"""Identity's own check of access tokens: with its own key, and only while the session is open."""

from backbone.database import Database
from backbone.errors import Unauthenticated
from backbone.principal import Principal, TokenVerifier
from services.identity.credentials.tokens import AccessTokens
from services.identity.store import sessions


class OpenSessions(TokenVerifier):
    """A token of an ended session is refused here at once; elsewhere it dies within its five minutes."""

    def __init__(self, tokens: AccessTokens, database: Database) -> None:
        super().__init__("", keys=tokens.key_set)
        self._database = database

    def verify(self, token: str) -> Principal:
        """The principal that the token names.

        Raises:
            Unauthenticated: the token does not verify, or its session was ended.
        """
        principal = super().verify(token)
        with self._database.read() as tx:
            session = sessions.load(tx, principal.session)
            if session is None or not session.open(tx.now()):
                raise Unauthenticated("session_ended")
        return principal
