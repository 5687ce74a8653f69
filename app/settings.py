"""Settings of the application, on top of the index's."""

from pydantic import Field

from index.settings import BUNDLED, IndexSettings


class AppSettings(IndexSettings):
    """Settings of the chat and the answers; each field is `FOOTNOTE_` and its name in capitals.

    `llm` is `provider:model`; without it answers are quotes. `_s` are seconds.
    """

    feedback_days: int = Field(90, ge=0)
    llm: str | None = None
    llm_base_url: str | None = None
    llm_timeout_s: float = Field(30.0, gt=0)
    llm_max_tokens: int = Field(400, ge=16)
    llm_prompt_tokens: int = Field(3000, ge=200)
    llm_concurrency: int = Field(4, ge=1)
    llm_retries: int = Field(2, ge=0)
    nli_model: str = BUNDLED
    judge: str | None = None
