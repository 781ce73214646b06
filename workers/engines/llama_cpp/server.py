"""Serve a GGUF file with the llama.cpp server of the ``xllamacpp`` wheel, as one ordinary process.

    python -m workers.engines.llama_cpp.server --model FILE --port 11500 --slots 4

It speaks the HTTP API of llama.cpp: ``/v1/chat/completions`` (streaming, tools, log-probabilities, ``logit_bias``,
``response_format``), ``/completion`` with ``n_probs``, ``/tokenize``, ``/props``, ``/health``. The same process
answers ``/v1/embeddings``, too (mean of the last hidden states, normalised), unless ``--no-embeddings`` is given.

Exit codes: 0 stopped on request, 2 the model file cannot be served, 3 the port is in use or not allowed.
"""

import argparse
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import xllamacpp

from workers.engines.llama_cpp.gguf_file import GgufHeader, UnusableModelError, check_complete

ALIAS = "athanor-tiny"
UNUSABLE_MODEL, PORT_UNAVAILABLE = 2, 3
LONGEST_DEFAULT_CONTEXT = 4096
PARENT_POLL_SECONDS = 0.5
_ERRORS_ONLY = 1
_PROMPT_CACHE_MIB = 32


@dataclass(frozen=True)
class Options:
    """How to serve: ``context`` is in tokens for each slot, 0 for what the model was made for (at most 4096)."""

    model: Path
    port: int
    host: str = "127.0.0.1"
    slots: int = 4
    context: int = 0
    threads: int = 1
    alias: str = ALIAS
    embeddings: bool = True
    parent: int | None = None
    verbose: bool = False


def default_model_path() -> Path:
    """The GGUF file of the shipped demonstration model."""
    return Path(__file__).parent / "models" / "athanor-tiny.gguf"


def parse_options(arguments: Sequence[str]) -> Options:
    """Read the command line; argparse itself exits with 2 on a wrong one."""
    parser = argparse.ArgumentParser(prog="workers.engines.llama_cpp.server", description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=default_model_path(), help="GGUF file (default: the shipped one)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--slots", type=int, default=4, help="answers written at the same time")
    parser.add_argument("--ctx", type=int, default=0, dest="context", help="tokens for each slot (0: the model's own)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--alias", default=ALIAS, help="the model's name in the API")
    parser.add_argument("--embeddings", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--parent-pid", type=int, dest="parent", help="stop when this process ends")
    parser.add_argument("--verbose", action="store_true")
    return Options(**vars(parser.parse_args(arguments)))


def server_parameters(options: Options, *, trained_context: int) -> xllamacpp.CommonParams:
    """The parameters of the llama.cpp server for these options."""
    context = options.context or min(trained_context or LONGEST_DEFAULT_CONTEXT, LONGEST_DEFAULT_CONTEXT)
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(options.model)
    parameters.model_alias = {options.alias}
    parameters.hostnames = [options.host]
    parameters.port = options.port
    parameters.n_parallel = options.slots
    parameters.n_ctx = context * options.slots
    parameters.cpuparams.n_threads = options.threads
    parameters.cpuparams_batch.n_threads = options.threads
    # A waiting request holds a thread; health checks must still find a free one.
    parameters.n_threads_http = 4 * options.slots + 8
    parameters.cache_ram_mib = _PROMPT_CACHE_MIB
    parameters.verbosity = 3 if options.verbose else _ERRORS_ONLY
    parameters.ui = False
    # Only programs on this machine are callers; a web page of another origin is none of them.
    parameters.cors_origins = f"http://{options.host}"
    parameters.fit_params = False
    parameters.endpoint_props = True
    if options.embeddings:
        parameters.embedding = True
        parameters.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    return parameters


def check_port(host: str, port: int) -> None:
    """Raise OSError when the port cannot be bound."""
    with socket.create_server((host, port), reuse_port=False):
        pass


def is_running(process: int) -> bool:
    """Whether a process of this id exists."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def wait_for_stop(stop: threading.Event, parent: int | None) -> None:
    """Wait for the signal, or for the end of the parent process (which a killed launcher cannot signal)."""
    born_to = os.getppid()
    while not stop.wait(PARENT_POLL_SECONDS):
        if parent is not None and (os.getppid() != born_to or not is_running(parent)):
            return


def serve(options: Options) -> int:
    """Serve until asked to stop; returns the exit code."""
    try:
        header = check_complete(options.model)
    except UnusableModelError as error:
        return _refuse(str(error), UNUSABLE_MODEL)
    try:
        check_port(options.host, options.port)
    except OSError as error:
        return _refuse(
            f"Port {options.port} on {options.host} cannot be used ({os.strerror(error.errno or 0)}). "
            "Another program holds it: stop that program or choose another port.",
            PORT_UNAVAILABLE,
        )
    running = _Running(options, header)
    signal.signal(signal.SIGTERM, running.ask_to_stop)
    signal.signal(signal.SIGINT, running.ask_to_stop)
    running.start()
    wait_for_stop(running.stop, options.parent)
    return _refuse(running.fault, UNUSABLE_MODEL) if running.fault else 0


class _Running:
    """The server, started on a thread of its own: its constructor sometimes stays away long after the server answers,
    and the main thread is the only one that hears signals."""

    def __init__(self, options: Options, header: GgufHeader) -> None:
        self.options, self.header = options, header
        self.stop = threading.Event()
        self.fault = ""
        self._server: xllamacpp.Server | None = None

    def start(self) -> None:
        threading.Thread(target=self._load, name="load", daemon=True).start()

    def ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop.set()

    def _load(self) -> None:
        options = self.options
        try:
            self._server = xllamacpp.Server(server_parameters(options, trained_context=self.header.context_length))
        except (RuntimeError, ValueError) as error:
            self.fault = (
                f"llama.cpp cannot load {options.model} (architecture {self.header.architecture!r}): {error}. "
                "The file may need a newer llama.cpp."
            )
            self.stop.set()
            return
        print(f"{options.alias} on {self._server.listening_address}", file=sys.stderr, flush=True)  # noqa: T201


def _refuse(message: str, code: int) -> int:
    print(message, file=sys.stderr, flush=True)  # noqa: T201
    return code


if __name__ == "__main__":
    # Leaves at once: the native destructor would wait for answers that are still being written.
    os._exit(serve(parse_options(sys.argv[1:])))
