"""Read the header of a GGUF file, and say in one sentence what is wrong with a file that cannot be served."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

MAGIC = b"GGUF"
VERSIONS = (2, 3)
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_LONGEST = 1 << 32


class UnusableModelError(Exception):
    """The file is missing, is not a GGUF file, is cut short, or has a form that llama.cpp does not read."""


@dataclass(frozen=True)
class GgufHeader:
    """What the header of a GGUF file says.

    ``metadata`` holds scalars, strings and arrays by key; ``expected_bytes`` is where the last tensor ends.
    """

    metadata: dict[str, Any]
    expected_bytes: int

    @property
    def architecture(self) -> str:
        return str(self.metadata.get("general.architecture", ""))

    @property
    def context_length(self) -> int:
        """The context in tokens that the model was made for; 0 when the file does not say."""
        return int(self.metadata.get(f"{self.architecture}.context_length", 0))

    @property
    def tokens(self) -> list[str]:
        """The vocabulary in order of id."""
        return list(self.metadata.get("tokenizer.ggml.tokens", []))


def read_header(path: Path) -> GgufHeader:
    """Read the header of ``path``. Raises UnusableModelError with a sentence for people."""
    if not path.is_file():
        raise UnusableModelError(f"There is no model file at {path}.")
    try:
        with path.open("rb") as file:
            return _read(file, path)
    except OSError as error:
        raise UnusableModelError(f"The model file {path} cannot be read: {error.strerror}.") from error
    except (struct.error, EOFError, UnicodeDecodeError, KeyError, ValueError) as error:
        raise UnusableModelError(
            f"The model file {path} is damaged: its header cannot be read to the end. Download or copy it again."
        ) from error


def check_complete(path: Path) -> GgufHeader:
    """Read the header and raise UnusableModelError when the file ends before its last tensor."""
    header = read_header(path)
    actual = path.stat().st_size
    if actual < header.expected_bytes:
        raise UnusableModelError(
            f"The model file {path} is cut short: it has {actual} bytes of {header.expected_bytes}. "
            "Download or copy it again."
        )
    if not header.architecture:
        raise UnusableModelError(f"The model file {path} does not name its architecture; it holds no language model.")
    return header


def _read(file: BinaryIO, path: Path) -> GgufHeader:
    if file.read(4) != MAGIC:
        raise UnusableModelError(f"The file {path} is not a GGUF file.")
    (version,) = _unpack(file, "I")
    if version not in VERSIONS:
        raise UnusableModelError(f"The model file {path} has GGUF version {version}; versions 2 and 3 are read.")
    tensors, entries = _unpack(file, "QQ")
    metadata = {}
    for _ in range(entries):
        key = _read_string(file)
        (kind,) = _unpack(file, "I")
        metadata[key] = _read_value(file, kind)
    end = max([_read_tensor_end(file) for _ in range(tensors)], default=0)
    alignment = int(metadata.get("general.alignment", 32))
    start = -(-file.tell() // alignment) * alignment
    return GgufHeader(metadata, start + end)


def _read_tensor_end(file: BinaryIO) -> int:
    _read_string(file)
    (rank,) = _unpack(file, "I")
    elements = 1
    for size in _unpack(file, f"{rank}Q"):
        elements *= size
    kind, offset = _unpack(file, "IQ")
    block, size = GGML_QUANT_SIZES[GGMLQuantizationType(kind)]
    return int(offset + elements // block * size)


def _unpack(file: BinaryIO, form: str) -> tuple[Any, ...]:
    form = "<" + form
    return struct.unpack(form, _take(file, struct.calcsize(form)))


def _take(file: BinaryIO, size: int) -> bytes:
    if size > _LONGEST:
        raise ValueError("a length in the header is not credible")
    data = file.read(size)
    if len(data) != size:
        raise EOFError
    return data


def _read_string(file: BinaryIO) -> str:
    (length,) = _unpack(file, "Q")
    return _take(file, length).decode("utf-8", errors="replace")


def _read_value(file: BinaryIO, kind: int) -> Any:
    if kind == _STRING:
        return _read_string(file)
    if kind != _ARRAY:
        return _unpack(file, _SCALARS[kind])[0]
    inner, length = _unpack(file, "IQ")
    if inner in _SCALARS:
        return list(_unpack(file, f"{length}{_SCALARS[inner]}"))
    read: Callable[[BinaryIO], Any] = _read_string if inner == _STRING else lambda each: _read_value(each, inner)
    return [read(file) for _ in range(length)]
