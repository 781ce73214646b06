"""The API of Stable Diffusion WebUI Forge and AUTOMATIC1111: what is sent and what comes back. Pure.

Source: Forge `modules/api/api.py` and `modules/processing.py`, June 2025; AUTOMATIC1111 1.10. Fields that change a
shared server's state or write to its disk (`save_images`, `script_name`, `POST options`) do not exist here on purpose.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from workers.protocols.lenient import Wire, parse_json


class Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Overrides(Sent):
    sd_model_checkpoint: str


class Text2Image(Sent):
    prompt: str
    negative_prompt: str
    seed: int
    steps: int
    cfg_scale: float
    width: int
    height: int
    sampler_name: str
    scheduler: str | None = None
    batch_size: int
    n_iter: int = 1
    send_images: bool = True
    save_images: bool = False
    override_settings: Overrides | None = None
    # Switching back would load the other checkpoint again for nothing; the queue orders jobs by checkpoint.
    override_settings_restore_afterwards: bool = False


class Info(Wire):
    """`info` of an answer, which is a JSON string in the JSON."""

    index_of_first_image: int = 0  # 1 where the server puts a grid before the pictures
    all_seeds: list[int] = []
    seed: int | None = None
    steps: int | None = None
    cfg_scale: float | None = None
    width: int | None = None
    height: int | None = None
    sampler_name: str | None = None
    sd_model_name: str | None = None
    sd_model_hash: str | None = None
    version: str | None = None
    extra_generation_params: dict[str, Any] = {}
    unknown_words: list[str] = []  # the embedded engine only

    @field_validator("extra_generation_params", "all_seeds", "unknown_words", mode="before")
    @classmethod
    def _absent(cls, value: object, info: Any) -> object:
        return value if value is not None else cls.model_fields[info.field_name].default


class Pictures(Wire):
    images: list[str] | None = None  # base64
    info: Info = Info()

    @field_validator("info", mode="before")
    @classmethod
    def _parsed(cls, value: object) -> object:
        return parse_json(value) if isinstance(value, str) and value else value or {}


class State(Wire):
    job_count: int = 0  # 0: idle; -1: loading
    job_timestamp: str = "0"  # another one for each job; never whose
    interrupted: bool = False
    sampling_step: int = 0
    sampling_steps: int = 0


class Progress(Wire):
    progress: float = Field(allow_inf_nan=False)
    state: State = State()
    current_image: str | None = None


class Sampler(Wire):
    name: str
    aliases: list[str] = []
    options: dict[str, Any] = {}


class Scheduler(Wire):
    name: str
    label: str = ""
    aliases: list[str] | None = None


class Checkpoint(Wire):
    title: str
    model_name: str
    hash: str | None = None
    sha256: str | None = None


class Options(Wire):
    sd_model_checkpoint: str | None = None


class Refusal(Wire):
    """The body of an answer that is not 200: Forge's exceptions name their class, FastAPI's only have `detail`."""

    error: str = ""
    detail: Any = ""
    message: str = ""
    errors: str = ""
