"""Write a model of the llama architecture as one GGUF file that llama.cpp and Ollama read."""

from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt

from workers.engines.llama_cpp.bpe import END, PAD, SPECIALS, SYSTEM, Tokenizer
from workers.engines.llama_cpp.gguf_file import read_header
from workers.engines.llama_cpp.shape import Shape, tensor_shapes

Array = npt.NDArray[np.float32]
FILE_TYPES = {
    "f32": (gguf.GGMLQuantizationType.F32, gguf.LlamaFileType.ALL_F32),
    "f16": (gguf.GGMLQuantizationType.F16, gguf.LlamaFileType.MOSTLY_F16),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
}
DESCRIPTION = "A tiny demonstration model, trained from scratch on generated French and English text."


def chat_template() -> str:
    """The Jinja template that turns messages and tools into the prompt the model was trained on."""
    return Path(__file__).with_name("chat_template.jinja").read_text(encoding="utf-8")


def export_gguf(
    path: Path, *, shape: Shape, tokenizer: Tokenizer, tensors: Mapping[str, Array], file_type: str = "q8_0"
) -> None:
    """Write ``path`` atomically. Matrices are stored as ``file_type``; norms stay 32-bit.

    ``tensors`` maps each name of :func:`tensor_shapes` to a float32 array of that shape.
    Raises ValueError when a tensor is missing or has another shape.
    """
    check_tensors(shape, tensors)
    partial = path.with_suffix(".partial")
    writer = gguf.GGUFWriter(partial, "llama")
    _write_header(writer, shape, FILE_TYPES[file_type][1])
    _write_vocabulary(writer, tokenizer)
    kind = FILE_TYPES[file_type][0]
    for name, array in tensors.items():
        stored = gguf.GGMLQuantizationType.F32 if array.ndim == 1 else kind
        writer.add_tensor(name, gguf.quants.quantize(np.ascontiguousarray(array), stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    partial.replace(path)


def check_tensors(shape: Shape, tensors: Mapping[str, Array]) -> None:
    """Raise ValueError unless exactly the tensors of this shape are given."""
    expected = tensor_shapes(shape)
    if missing := sorted(expected.keys() ^ tensors.keys()):
        raise ValueError(f"missing or unknown tensors: {', '.join(missing)}")
    for name, dimensions in expected.items():
        if tensors[name].shape != dimensions:
            raise ValueError(f"{name} has shape {tensors[name].shape}, not {dimensions}")


def read_tensors(path: Path) -> dict[str, Array]:
    """The tensors of a GGUF file by name, as float32 arrays of (rows, columns)."""
    found = gguf.GGUFReader(path).tensors
    return {each.name: gguf.quants.dequantize(each.data, each.tensor_type).astype(np.float32) for each in found}


def tokenizer_of(path: Path) -> Tokenizer:
    """The tokenizer of a GGUF file. Raises UnusableModelError when its header cannot be read."""
    header = read_header(path)
    return Tokenizer.from_lists(header.tokens, header.metadata["tokenizer.ggml.merges"])


def _write_header(writer: gguf.GGUFWriter, shape: Shape, file_type: gguf.LlamaFileType) -> None:
    writer.add_name("athanor-tiny")
    writer.add_description(DESCRIPTION)
    writer.add_languages(["fr", "en"])
    writer.add_file_type(file_type)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.epsilon)


def _write_vocabulary(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    kinds = [gguf.TokenType.CONTROL if token in SPECIALS else gguf.TokenType.NORMAL for token in tokenizer.tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokenizer.tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([f"{left} {right}" for left, right in tokenizer.merges])
    # No token is put before a text; the loader wants one to be named all the same.
    writer.add_bos_token_id(tokenizer.ids[SYSTEM])
    writer.add_eos_token_id(tokenizer.ids[END])
    writer.add_eot_token_id(tokenizer.ids[END])
    writer.add_pad_token_id(tokenizer.ids[PAD])
    writer.add_add_bos_token(False)
    writer.add_chat_template(chat_template())


def random_tensors(shape: Shape, *, seed: int) -> dict[str, Array]:
    """Untrained tensors: norms of one, matrices drawn from a narrow normal distribution."""
    draw = np.random.default_rng(seed)
    return {
        name: (np.ones(size) if len(size) == 1 else draw.normal(0.0, 0.02, size)).astype(np.float32)
        for name, size in tensor_shapes(shape).items()
    }
