"""Settings of the application, on top of the index's."""

import ipaddress
import os
import re
from typing import Self

from pydantic import Field, SecretStr, field_validator

from index.errors import FixSettings
from index.settings import BUNDLED, IndexSettings

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?|https?://\[[0-9a-f:]+\](?::\d{1,5})?")


class AppSettings(IndexSettings):
    """Settings of the chat, the server and the answers; each field is `FOOTNOTE_` and its name in capitals.

    `llm` is `provider:model`; without it answers are quotes. `_s` are seconds.
    """

    # A hundred years; there are no dates to go back to beyond that.
    feedback_days: int = Field(default=90, ge=0, le=36_500)
    llm: str | None = None
    llm_base_url: str | None = None
    llm_timeout_s: float = Field(default=30.0, gt=0)
    llm_max_tokens: int = Field(default=400, ge=16)
    llm_prompt_tokens: int = Field(default=3000, ge=200)
    llm_concurrency: int = Field(default=4, ge=1)
    llm_retries: int = Field(default=2, ge=0)
    nli_model: str = BUNDLED
    judge: str | None = None
    chat: bool = True
    allowed_origins: str = ""
    admin_token: SecretStr | None = None
    trusted_proxies: str = ""
    reader_limit: str = "30/minute;600/day"
    article_limit: str = "5000/day"
    limits_url: str = "memory://"
    answers_at_once: int = Field(default=2, ge=1, le=64)
    answers_waiting: int = Field(default=20, ge=0, le=10_000)
    answer_timeout_s: float = Field(default=60, gt=0, le=3600)

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

    @classmethod
    def load(cls) -> Self:
        """Read the environment; raises `FixSettings` as the index's does, and for a model without a name."""
        if os.environ.get("FOOTNOTE_LLM") == "":
            raise FixSettings(
                "FOOTNOTE_LLM is empty: write provider:model, or unset it for quotes."
            )
        return super().load()
