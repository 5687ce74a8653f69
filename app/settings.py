"""Settings of the application, on top of the index's."""

import os
from typing import Self

from pydantic import Field

from index.errors import FixSettings
from index.settings import BUNDLED, IndexSettings


class AppSettings(IndexSettings):
    """Settings of the chat and the answers; each field is `FOOTNOTE_` and its name in capitals.

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

    @classmethod
    def load(cls) -> Self:
        """Read the environment; raises `FixSettings` as the index's does, and for a model without a name."""
        if os.environ.get("FOOTNOTE_LLM") == "":
            raise FixSettings(
                "FOOTNOTE_LLM is empty: write provider:model, or unset it for quotes."
            )
        return super().load()
