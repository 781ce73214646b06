"""What is set in the playground: which models answer side by side, and how. Pure."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

PROMPT_LIMIT = 8_000  # characters of one message
SYSTEM_LIMIT = 4_000
MOST_COLUMNS = 4
LARGEST_SEED = 2**31 - 1
SIZES = ("256x256", "512x512", "512x768", "768x512", "768x768", "1024x1024")  # width x height in pixels

Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Frozen):
    """One model beside the others. The same alias may stand twice, to compare two temperatures."""

    alias: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    temperature: float | None = Field(None, ge=0, le=2)  # None: the server's own; unused for pictures


class ChatSettings(Frozen):
    system: str = Field("", max_length=SYSTEM_LIMIT)
    seed: Seed | None = None  # None: another one each time
    max_tokens: int = Field(512, ge=16, le=2_048)  # of one answer


class ImageSettings(Frozen):
    negative_prompt: str = Field("", max_length=PROMPT_LIMIT)
    size: str = SIZES[1]
    steps: int = Field(4, ge=1, le=50)
    cfg_scale: float = Field(2.0, ge=0, le=20, allow_inf_nan=False)
    seed: Seed | None = None

    @model_validator(mode="after")
    def _known_size(self) -> Self:
        if self.size not in SIZES:
            raise ValueError(f"`size` is one of {', '.join(SIZES)}")
        return self


Settings = ChatSettings | ImageSettings
