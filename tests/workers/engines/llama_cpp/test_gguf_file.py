from pathlib import Path

import pytest

from workers.engines.llama_cpp.bpe import SPECIALS, train_tokenizer
from workers.engines.llama_cpp.export import export_gguf, random_tensors
from workers.engines.llama_cpp.gguf_file import UnusableModelError, check_complete, read_header
from workers.engines.llama_cpp.server import default_model_path
from workers.engines.llama_cpp.shape import Shape, tensor_shapes

TOKENIZER = train_tokenizer(["hello hello the cat the cat mange mange dort dort"] * 3, 280)
SMALL = Shape(vocabulary=TOKENIZER.size, width=64, layers=1, heads=1, hidden=96, context=128)


@pytest.fixture(scope="module")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gguf") / "small.gguf"
    export_gguf(path, shape=SMALL, tokenizer=TOKENIZER, tensors=random_tensors(SMALL, seed=1))
    return path


def test_header_tells_shape_and_vocabulary(small_file: Path) -> None:
    header = check_complete(small_file)
    assert (header.architecture, header.context_length) == ("llama", 128)
    assert header.tokens[: len(SPECIALS)] == list(SPECIALS)
    assert header.expected_bytes == small_file.stat().st_size


def test_shipped_model_is_complete_and_at_most_16_mb() -> None:
    path = default_model_path()
    assert check_complete(path).architecture == "llama"
    assert path.stat().st_size <= 16_000_000


@pytest.mark.parametrize("kept", [2, 20, 300, 5000, -1])
def test_cut_file_is_refused(small_file: Path, tmp_path: Path, kept: int) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(small_file.read_bytes()[:kept])
    with pytest.raises(UnusableModelError):
        check_complete(cut)


def test_cut_file_is_told_from_a_damaged_one(small_file: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(small_file.read_bytes()[:-1])
    with pytest.raises(UnusableModelError, match="is cut short"):
        check_complete(cut)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableModelError, match=r"no model file at .*nothing\.gguf"):
        read_header(tmp_path / "nothing.gguf")


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html>not found</html>")
    with pytest.raises(UnusableModelError, match="is not a GGUF file"):
        read_header(tmp_path / "page.html")


def test_unknown_version_is_refused(small_file: Path, tmp_path: Path) -> None:
    data = small_file.read_bytes()
    (tmp_path / "new.gguf").write_bytes(data[:4] + (9).to_bytes(4, "little") + data[8:])
    with pytest.raises(UnusableModelError, match="GGUF version 9"):
        read_header(tmp_path / "new.gguf")


def test_header_with_an_absurd_length_is_refused(small_file: Path, tmp_path: Path) -> None:
    data = small_file.read_bytes()
    (tmp_path / "bad.gguf").write_bytes(data[:24] + b"\xff" * 8 + data[32:])
    with pytest.raises(UnusableModelError, match="is damaged"):
        read_header(tmp_path / "bad.gguf")


def test_export_refuses_wrong_tensors(tmp_path: Path) -> None:
    tensors = random_tensors(SMALL, seed=1)
    tensors.pop("output_norm.weight")
    with pytest.raises(ValueError, match="output_norm"):
        export_gguf(tmp_path / "x.gguf", shape=SMALL, tokenizer=TOKENIZER, tensors=tensors)
    assert not (tmp_path / "x.gguf").exists()


def test_parameters_are_counted_right() -> None:
    assert Shape().parameters == sum(
        size[0] * (size[1] if len(size) == 2 else 1) for size in tensor_shapes(Shape()).values()
    )
