"""Where the index lives and which models it uses, read from `FOOTNOTE_*` in the environment."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index.errors import FixSettings

PREFIX = "FOOTNOTE_"
BUNDLED = "bundled"
# What `app/settings.py` adds: a name that only the chat needs is no reason for `index add` to refuse.
APPLICATION = frozenset(
    ["feedback_days", "llm", "llm_base_url", "llm_timeout_s", "llm_max_tokens", "llm_prompt_tokens", "llm_concurrency",
     "llm_retries", "nli_model", "judge", "chat", "allowed_origins", "admin_token", "trusted_proxies", "reader_limit", "article_limit",
     "limits_url", "answers_at_once", "answers_waiting", "answer_timeout_s"]
)  # fmt: skip

Network = IPv4Network | IPv6Network
EVERYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))


def networks_in(value: Any) -> Any:
    """Return the networks that a setting lists, all for "1" and none for "0"; raises `ValueError`."""
    if not isinstance(value, str | bool):
        return value
    words = str(value).lower().replace(",", " ").split()
    if words in (["1"], ["true"], ["yes"], ["on"]):
        return EVERYWHERE
    if words in ([], ["0"], ["false"], ["no"], ["off"]):
        return ()
    return tuple(ip_network(word) for word in words)


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """A Chroma server's address, and the token that what stands before it asks for."""

    url: str
    token: SecretStr | None = None


class IndexSettings(BaseSettings):
    """Settings of the index; each field is `FOOTNOTE_` and its name in capitals.

    An empty value counts as not set: as a folder it would be the one that the program is started in.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore"
    )

    data_dir: Path = Path(".footnote")
    chroma_url: str | None = None
    chroma_token: SecretStr | None = None
    embedding_model: str = BUNDLED
    reranker_model: str = BUNDLED
    # The networks inside which addresses may be read; "1" stands for all of them.
    allow_private: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(networks_in)] = ()
    fetch_timeout_s: float = Field(default=30, gt=0)
    # In seconds.
    stale_after: float = Field(default=3600, gt=0)

    @property
    def server(self) -> ChromaServer | None:
        """The Chroma server that has the articles, None where they are in the data folder."""
        return ChromaServer(self.chroma_url, self.chroma_token) if self.chroma_url else None

    @property
    def store(self) -> Path | ChromaServer:
        """Where the articles are."""
        return self.server or self.data_dir

    @field_validator("chroma_url")
    @classmethod
    def check_chroma_url(cls, url: str | None) -> str | None:
        """Refuse what is no address; one with a password would be shown with every error."""
        if url is None:
            return None
        parts = urlsplit(url)
        port_is_none_or_valid = parts.port is None or parts.port > 0
        if (
            parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_none_or_valid
            or "@" in parts.netloc or parts.query or parts.fragment
        ):  # fmt: skip
            raise ValueError(
                "it has to be like http://127.0.0.1:8000, a token goes into FOOTNOTE_CHROMA_TOKEN"
            )
        return url.rstrip("/")

    @field_validator("chroma_token")
    @classmethod
    def check_chroma_token(cls, token: SecretStr | None) -> SecretStr | None:
        """Refuse what no HTTP header can carry."""
        if token and not re.fullmatch(r"[!-~]+", token.get_secret_value()):
            raise ValueError("it may hold letters, digits and punctuation of ASCII alone")
        return token

    @classmethod
    def load(cls) -> Self:
        """Read the environment.

        Raises `FixSettings` for an unknown `FOOTNOTE_*` name, which pydantic lets pass, and for a
        value that does not fit.
        """
        refuse_unknown(os.environ, known={*cls.model_fields, *APPLICATION})
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            raise FixSettings(f"{name} is not valid: {first['msg']}.") from None


def refuse_unknown(environment: Mapping[str, str], known: Iterable[str]) -> None:
    """Raise `FixSettings` for a `FOOTNOTE_*` name in the environment that no setting has."""
    names = {PREFIX + field.upper() for field in known}
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in names:
            raise FixSettings(
                f"{name} is not a setting of Footnote; the settings are {', '.join(sorted(names))}."
            )
