"""The fused loss against its formula, its bound on memory, and what compiles or refuses it."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch._dynamo.backends.debugging import aot_eager
from torch.utils._python_dispatch import TorchDispatchMode

from mmpartial.labels import LabelBatch
from mmpartial.models.losses import PartialImbalanceLoss
from mmpartial.models.losses import weighted_cross_entropy as module
from mmpartial.models.losses.weighted_cross_entropy import Terms, weighted_cross_entropy
from mmpartial.testing import at_epoch, set_up, training_labels
from mmpartial.utils.compiling import is_compiling

COPIES = is_compiling() is None  # PyTorch before 2.3 gets a copy of the gradient


def inputs(images, classes, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    x, *parts = torch.rand((5, images, classes), generator=generator, dtype=dtype)
    known = parts.pop().round()
    return (20 * (x - 0.5)).requires_grad_(), [*parts, known]


def constants(target, weight, alpha, known, bound=None):
    a = -weight * alpha[0] * target  # alpha is that of the classes
    b = -weight * (1 - alpha[0]) * (1 - target)
    return lambda images: Terms(*(part[images] for part in (a, b, known)), bound)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 7),
    st.integers(1, 9),
    st.sampled_from([1, 20, 1000]),
    st.integers(0, 99),
    st.sampled_from([None, 0.0, 0.3, 1.0]),
)
def test_value_and_gradient(images, classes, at_once, seed, bound):
    x, (target, weight, alpha, known) = inputs(images, classes, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_ON_CPU", at_once)
        given = target, weight, alpha, known, bound
        total, part = weighted_cross_entropy(x, constants(*given))
        assert torch.equal(weighted_cross_entropy(x.detach(), constants(*given))[0], total)
    a = alpha[0]
    some = (bound or 0) * (1 - known)
    negative = some * x.sigmoid() + (1 - some) * F.softplus(x)
    element = weight * (a * target * F.softplus(-x) + (1 - a) * (1 - target) * negative)
    torch.testing.assert_close(total, element.sum())
    torch.testing.assert_close(part, (element * known).sum().detach())
    assert not part.requires_grad
    expected = torch.autograd.grad(element.sum(), x)[0]
    for _ in range(2):  # the first pass leaves the second its numbers
        torch.testing.assert_close(torch.autograd.grad(3 * total, x, retain_graph=True)[0] / 3,
                                   expected)  # fmt: skip


def test_a_second_derivative_is_refused():
    x, parts = inputs(2, 3)
    total, _ = weighted_cross_entropy(x, constants(*parts))
    with pytest.raises(RuntimeError, match="no second derivative: do not use create_graph=True"):
        torch.autograd.grad(total, x, create_graph=True)


class Sizes(TorchDispatchMode):
    """Counts the operations whose result has a size."""

    def __init__(self, size):
        super().__init__()
        self.size, self.count, self.dtypes = size, 0, set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        views = ("detach", "alias", "slice")
        if isinstance(result, torch.Tensor) and result.numel() == self.size:
            self.count += not any(name in str(func) for name in views)
            self.dtypes.add(result.dtype)
        return result


@pytest.mark.parametrize("scale, count", [(1, 1), (2, 2)])
def test_memory_is_bounded(scale, count):
    """Of the size of the batch there are the gradient, and its product with an outer one."""
    loss = set_up(PartialImbalanceLoss(p_mode="off"), training_labels(6000))
    x, (target, *_) = inputs(32, 6000, dtype=torch.float32)
    labels = LabelBatch(target.round() - 1, target < 0.5, target, all_selected=True)
    with Sizes(x.numel()) as sizes:
        torch.autograd.grad(scale * loss(x, labels), x)
    assert sizes.count == count + (scale == 1 and COPIES)


def test_gradients_add_up():
    """The second backward pass has the gradient of the first, which is handed out as it is."""
    x, parts = inputs(2, 3)
    total, _ = weighted_cross_entropy(x, constants(*parts))
    total.backward(retain_graph=True)
    once = x.grad.clone()
    for times in (2, 3):
        total.backward(retain_graph=True)
        torch.testing.assert_close(x.grad, times * once)


def test_passes_over_the_labels():
    """A pass takes a tenth of the time of BCE; where() with its boolean mask takes a whole one."""
    loss, x, target, pseudo = default(unknown_counts=True)
    labels = LabelBatch(target, target == -1, pseudo, all_selected=True)
    with Sizes(x.numel()) as sizes:
        torch.autograd.grad(loss(x, labels), x)
    assert sizes.count <= 27 + COPIES and sizes.dtypes == {torch.float32}


def default(dtype=torch.float32, unknown_counts=False):
    loss = PartialImbalanceLoss(p_mode="off", chance=((0, 10), (-2, -8)), bound_at=0.5)
    known = training_labels(8)
    set_up(loss, np.where(known == 0, -1, known) if unknown_counts else known)
    x, (target, *_) = inputs(4, 8, dtype=dtype)
    target = (3 * target).floor() - 1
    pseudo = torch.linspace(0, 1, 32, dtype=dtype).view(4, 8)
    return loss, x, target, pseudo


@pytest.mark.skipif(is_compiling() is None, reason="PyTorch before 2.3 breaks graphs")
@pytest.mark.parametrize("unknown_counts", [False, True])
def test_compiles_once_without_graph_breaks(unknown_counts):
    loss, x, target, pseudo = default(unknown_counts=unknown_counts)

    def value(x):
        return loss(x, LabelBatch(target, target == -1, pseudo, all_selected=True))

    traces = []

    def backend(graph, example_inputs):
        traces.append(graph)
        return aot_eager(graph, example_inputs)

    compiled = torch.compile(value, backend=backend, fullgraph=True)
    for epoch in (0, 30, 99):
        with at_epoch(epoch):
            expected, result = (torch.autograd.grad(f(x), x)[0] for f in (value, compiled))
            torch.testing.assert_close(compiled(x), value(x))
            torch.testing.assert_close(result, expected)
    assert len(traces) == 1


def test_bfloat16_logits_are_summed_in_float32():
    loss, x, target, pseudo = default()
    half = x.detach().bfloat16().requires_grad_()
    labels = LabelBatch(target, target == -1, pseudo, all_selected=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        value = loss(half, labels)
    exact = half.detach().float().requires_grad_()
    expected = loss(exact, labels)
    assert value.dtype == torch.float32 and torch.equal(value, expected)
    gradients = (torch.autograd.grad(v, leaf)[0] for v, leaf in ((value, half), (expected, exact)))
    given, wanted = gradients
    torch.testing.assert_close(given, wanted.bfloat16())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="the loss scale of AMP needs CUDA")
def test_loss_scale_on_a_gpu():
    loss, x, target, pseudo = (v.cuda() for v in default())
    half = x.detach().half().requires_grad_()
    labels = LabelBatch(target, target == -1, pseudo, all_selected=True)
    scaler = torch.amp.GradScaler("cuda", init_scale=2.0**12)
    with torch.autocast("cuda", dtype=torch.float16):
        value = loss(half, labels)
    scaler.scale(value).backward()
    exact = half.detach().double().requires_grad_()
    expected = torch.autograd.grad(loss(exact, labels), exact)[0]
    assert value.dtype == torch.float32
    torch.testing.assert_close(half.grad.double() / 2**12, expected, rtol=2e-3, atol=1e-9)
