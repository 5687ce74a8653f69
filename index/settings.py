"""Where the index lives and which models it uses, read from `FOOTNOTE_*` in the environment."""

import os
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index.errors import FixSettings

PREFIX = "FOOTNOTE_"
BUNDLED = "bundled"

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


class IndexSettings(BaseSettings):
    """Settings of the index; each field is `FOOTNOTE_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    data_dir: Path = Path(".footnote")
    embedding_model: str = BUNDLED
    reranker_model: str = BUNDLED
    # The networks inside which addresses may be read; "1" stands for all of them.
    allow_private: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(networks_in)] = ()
    fetch_timeout_s: float = Field(default=30, gt=0)
    # In seconds.
    stale_after: float = Field(default=3600, gt=0)

    @classmethod
    def load(cls) -> Self:
        """Read the environment.

        Raises `FixSettings` for an unknown `FOOTNOTE_*` name, which pydantic lets pass, and for a
        value that does not fit.
        """
        refuse_unknown(os.environ, known=cls.model_fields)
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            raise FixSettings(f"{name} is not valid: {first['msg']}.") from None


def refuse_unknown(environment: Mapping[str, str], known: Mapping[str, object]) -> None:
    """Raise `FixSettings` for a `FOOTNOTE_*` name in the environment that no setting has."""
    names = {PREFIX + field.upper() for field in known}
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in names:
            raise FixSettings(
                f"{name} is not a setting of Footnote; the settings are {', '.join(sorted(names))}."
            )
