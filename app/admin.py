"""The newsroom's token."""

import hmac

from pydantic import SecretStr


class AdminToken:
    """`FOOTNOTE_ADMIN_TOKEN`, or none, which nothing fits."""

    def __init__(self, secret: SecretStr | None) -> None:
        self._secret = secret.get_secret_value().encode() if secret else b""

    @property
    def exists(self) -> bool:
        """Whether the newsroom's routes exist."""
        return bool(self._secret)

    def fits(self, authorization: str) -> bool:
        """Return whether an `Authorization` header bears the token."""
        scheme, _, given = authorization.partition(" ")
        # Compared in constant time, so that its duration tells nothing about the token.
        same = hmac.compare_digest(given.strip().encode(), self._secret)
        return self.exists and same and scheme.lower() == "bearer"
