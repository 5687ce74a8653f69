"""Settings of the application, on top of the index's."""

import ipaddress
import re
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from index.settings import IndexSettings

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?|https?://\[[0-9a-f:]+\](?::\d{1,5})?")


class AppSettings(IndexSettings):
    """Settings of the chat, the server and the answers; each field is `FOOTNOTE_` and its name in capitals."""

    feedback_days: int = 90
    chat: bool = True
    allowed_origins: str = ""
    admin_token: SecretStr | None = None
    trusted_proxies: str = ""
    reader_limit: str = "30/minute;600/day"
    article_limit: str = "5000/day"
    limits_url: str = "memory://"
    answers_at_once: Annotated[int, Field(ge=1, le=64)] = 2
    answers_waiting: Annotated[int, Field(ge=0, le=10_000)] = 20
    answer_timeout_s: Annotated[float, Field(gt=0, le=3600)] = 60

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may embed the widget."""
        return frozenset(self.allowed_origins.replace(",", " ").split())

    @property
    def proxies(self) -> list[str]:
        """The addresses and networks whose `X-Forwarded-For` is believed."""
        return self.trusted_proxies.replace(",", " ").split()

    @field_validator("allowed_origins")
    @classmethod
    def check_origins(cls, text: str) -> str:
        """Refuse what is not an exact origin: no path, no wildcard, no slash at its end."""
        for origin in text.replace(",", " ").split():
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} is no origin such as https://news.example")
        return text

    @field_validator("trusted_proxies")
    @classmethod
    def check_proxies(cls, text: str) -> str:
        """Refuse what is neither an address nor a network."""
        for proxy in text.replace(",", " ").split():
            ipaddress.ip_network(proxy, strict=False)
        return text

    @field_validator("admin_token")
    @classmethod
    def check_token(cls, token: SecretStr | None) -> SecretStr | None:
        """Take an empty token for none: nobody may write with it."""
        return token if token and token.get_secret_value() else None
