"""COMIC against its authors' numbers and restatements, and three networks in one model."""

import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.distributed as dist
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mmengine.logging import MessageHub
from mmengine.optim import OptimWrapper
from mmpretrain.structures import DataSample

from mmpartial.labels import LabelBatch
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.memory.loss_state import LossState
from mmpartial.models.classifiers.comic_classifier import AdditiveAttention, COMICClassifier
from mmpartial.models.heads.normalized_head import NormalizedClassifier, NormalizedHead
from mmpartial.models.losses import PartialBCELoss
from mmpartial.models.losses.head_tail_balancer_loss import HeadTailBalancerLoss
from mmpartial.models.losses.label_corrector_loss import ReflectiveLabelCorrectorLoss
from mmpartial.models.losses.multi_focal_modifier_loss import MultiFocalModifierLoss
from mmpartial.models.necks.log_softmax_neck import LogSoftmaxProjection
from tests.commands import run_on_two

GOLDEN = np.load(Path(__file__).parents[1] / "data/golden/comic.npz")
CASES = sorted({key.split("/")[0] for key in GOLDEN if key.endswith("/logits")})
COUNTS, PAIRS = GOLDEN["dist/7"].tolist(), GOLDEN["cooc/7"].tolist()
MODIFIERS = {
    "mfm": dict(cooccurrence_counts=PAIRS),
    "mfm_gneg4": dict(cooccurrence_counts=PAIRS, gamma_neg=4.0),
    "mgf": dict(cooccurrence=False, exponent=1 / 6, gamma_neg=4.0),
}
AUTHORS = dict(protect_known=False, class_counts=COUNTS)


@pytest.fixture
def at_epoch():
    """Tell losses the epoch (from 1), as a Runner would."""
    hub = MessageHub.get_instance("test_comic")
    hub.update_info("max_epochs", 10)

    def put(epoch):
        hub.update_info("epoch", epoch - 1)

    put(1)
    return put


def case(name, dtype=torch.float64):
    x = torch.tensor(GOLDEN[f"{name}/logits"], dtype=dtype, requires_grad=True)
    return x, torch.tensor(GOLDEN[f"{name}/target"]).to(dtype)


def restated(x, target, w, gamma_neg, clip=0.05, a=None, k=1.2, y=None):
    """Sum of the focal elements, one at a time."""
    total = 0.0
    for i, c in np.ndindex(*x.shape):
        p = 1 / (1 + np.exp(-x[i, c]))
        q = min(1, 1 - p + clip)
        if a is not None and a[i, c] != 0:
            p, q = p * (1 - a[i, c]), min(1, k * q)
        positive = (target if y is None else y)[i, c] == 1
        value = -np.log(max(p, 1e-8)) if positive else -np.log(max(q, 1e-8))
        total += w[c] * value * (1 if positive else (1 - q) ** (gamma_neg + w[c]))
    return total


def restated_weight(counts, exponent):
    counts = np.maximum(counts, 1)
    return (1 - np.log(counts / counts.max())) ** exponent


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("variant", MODIFIERS)
def test_modifier_is_the_authors(name, variant):
    x, target = case(name)
    value = MultiFocalModifierLoss(class_counts=COUNTS, **MODIFIERS[variant])(x, target)
    value.backward()
    assert torch.isfinite(value) and torch.isfinite(x.grad).all()
    expected, grad = (GOLDEN[f"{name}/{variant}/{key}"] for key in ("loss", "grad"))
    if np.isfinite(expected):
        assert value.item() == pytest.approx(float(expected), rel=2e-5)
    rows = np.isfinite(grad).all(1)  # the authors' gradient of the other images is right
    assert rows.any()
    np.testing.assert_allclose(x.grad.numpy()[rows], grad[rows], rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("variant", MODIFIERS)
def test_modifier_in_float32(name, variant):
    x, target = case(name, torch.float32)
    value = MultiFocalModifierLoss(class_counts=COUNTS, **MODIFIERS[variant])(x, target)
    expected = GOLDEN[f"{name}/{variant}/loss_f32"]
    assert value.dtype == torch.float32 and torch.isfinite(value)
    if np.isfinite(expected):
        assert value.item() == pytest.approx(float(expected), rel=2e-5)


@pytest.mark.parametrize("classes", [7, 80])
@pytest.mark.parametrize("name, exponent", [("cuberoot", 1 / 3), ("sixthroot", 1 / 6)])
def test_class_weights_are_the_authors(classes, name, exponent):
    loss = MultiFocalModifierLoss(
        class_counts=GOLDEN[f"dist/{classes}"].tolist(), cooccurrence=False, exponent=exponent
    )
    expected = GOLDEN[f"weight_{name}/{classes}"]
    np.testing.assert_allclose(loss.class_weight.numpy(), expected, rtol=2e-5)


@pytest.mark.parametrize("name", CASES)
def test_corrector_is_the_authors(name, at_epoch):
    x, target = case(name)
    value = ReflectiveLabelCorrectorLoss(**AUTHORS)(x, target)
    value.backward()
    assert value.item() == pytest.approx(float(GOLDEN[f"{name}/rlc_ep1/loss"]), rel=2e-5)
    np.testing.assert_allclose(x.grad.numpy(), GOLDEN[f"{name}/rlc_ep1/grad"], rtol=2e-5, atol=1e-7)
    single = ReflectiveLabelCorrectorLoss(**AUTHORS)(x.detach().float(), target)
    assert single.item() == pytest.approx(float(GOLDEN[f"{name}/rlc_ep1/loss_f32"]), rel=2e-5)


@pytest.mark.parametrize("resumed", [False, True])
def test_corrector_counts_as_the_authors(at_epoch, resumed):
    """Two epochs; with ``resumed`` a new loss takes over after each step."""
    loss = ReflectiveLabelCorrectorLoss(**AUTHORS)
    order = [("base_4x7", 1), ("row0_no_pos_4x7", 1), ("spl_4x7", 2), ("base_4x7", 2)]
    for step, (name, epoch) in enumerate(order):
        at_epoch(epoch)
        if resumed:
            file = io.BytesIO()
            torch.save(LossState([loss]).state_dict(), file)
            file.seek(0)
            loss = ReflectiveLabelCorrectorLoss(**AUTHORS)
            LossState([loss]).load_state_dict(torch.load(file, weights_only=True))
        if name not in CASES:  # not in the golden file: put what it left
            loss.counts = torch.tensor(GOLDEN["rlc_sequence/distribution_after"][step]).double()
            loss.epoch = epoch
            continue
        x, target = case(name)
        value = loss(2 * x, target)
        assert value.item() == pytest.approx(GOLDEN["rlc_sequence/loss"][step], rel=2e-5)
        after = GOLDEN["rlc_sequence/distribution_after"][step]
        np.testing.assert_array_equal(loss.counts.numpy(), after)
        np.testing.assert_allclose(
            restated_weight(after, 1 / 6), GOLDEN["rlc_sequence/weight_after"][step], rtol=2e-5
        )


def test_balancer_is_the_authors():
    x, target = case("base_4x7")
    head, tail = (
        torch.tensor(GOLDEN[f"base_4x7/htb/{key}"], requires_grad=True) for key in ("head", "tail")
    )
    modifier = MultiFocalModifierLoss(class_counts=COUNTS, cooccurrence_counts=PAIRS)
    value = HeadTailBalancerLoss(loss=modifier)(head, tail, x, LabelBatch.from_target(target))
    value.backward()
    assert value.item() == pytest.approx(float(GOLDEN["base_4x7/htb/loss"]), rel=2e-5)
    for logits, key in ((head, "head"), (tail, "tail"), (x, "balance")):
        expected = GOLDEN[f"base_4x7/htb/grad_{key}"]
        np.testing.assert_allclose(logits.grad.numpy(), expected, rtol=2e-5, atol=1e-7)


def test_balancer_of_nothing_is_zero_with_a_graph():
    head, tail, x = torch.zeros(3, 2, 4, requires_grad=True).unbind()
    modifier = MultiFocalModifierLoss(
        class_counts=[3, 2, 1, 1], cooccurrence=False, unknown="ignore"
    )
    value = HeadTailBalancerLoss(loss=modifier)(head, tail, x, -torch.ones(2, 4))
    gradients = torch.autograd.grad(value, (head, tail, x))
    assert value.item() == 0 and all((g == 0).all() for g in gradients)


@pytest.mark.parametrize("name, effect", [
    ("Head", "head"), ("Tail", "tail"), ("Balanced", "balanced"), ("Causal", "balanced"),
])  # fmt: skip
def test_classifier_is_the_authors(name, effect):
    classifier = NormalizedClassifier(7, 16, effect).double().eval()
    classifier.weight.data = torch.tensor(GOLDEN["classifier/weight"])
    classifier.mean_feature.copy_(torch.tensor(GOLDEN["classifier/embed_mean"]))
    for i, logits in enumerate(classifier(torch.tensor(GOLDEN["classifier/features"]))):
        expected = GOLDEN[f"classifier/{name}/out{i}"]
        np.testing.assert_allclose(logits.detach().numpy(), expected, rtol=2e-5, atol=1e-6)


def test_mean_feature_moves_in_training_only():
    classifier = NormalizedClassifier(3, 4, "head")
    first, second = torch.randn(2, 5, 4)
    classifier(first)
    classifier(second)
    expected = 0.9 * first.mean(0) + second.mean(0)
    torch.testing.assert_close(classifier.mean_feature, expected)
    classifier.eval()(first)
    torch.testing.assert_close(classifier.mean_feature, expected)
    assert "mean_feature" in classifier.state_dict()


@pytest.mark.parametrize("effect", ["head", "tail", "balanced"])
def test_zero_features_are_no_nan(effect):
    classifier, x = NormalizedClassifier(3, 4, effect), torch.zeros(2, 4, requires_grad=True)
    plain, moved = classifier(x)
    (plain + moved).sum().backward()
    assert (plain == 0).all() and (moved == 0).all()
    assert (x.grad == 0).all() and torch.isfinite(classifier.weight.grad).all()


def labels_and_logits(seed, B, L):
    rng = np.random.default_rng(seed)
    R = int(rng.integers(1, 30))
    train = rng.choice([1, 0, -1], (R, L), p=[0.3, 0.3, 0.4]).astype(np.int8)
    return train, rng.normal(0, 3, (B, L)), rng.choice([1.0, 0.0, -1.0], (B, L))


SHAPES = (st.integers(0, 2**31), st.integers(1, 5), st.integers(1, 6))


@settings(max_examples=60, deadline=None)
@given(*SHAPES, st.booleans(), st.booleans())
def test_modifier_equals_the_restatement(seed, B, L, cooccurrence, from_config):
    train, x, target = labels_and_logits(seed, B, L)
    counts = (train == 1).sum(0)
    pairs = np.array([[sum((r[i] == 1) & (r[j] == 1) for r in train) for j in range(L)]
                      for i in range(L)], dtype=float)  # fmt: skip
    given = dict(class_counts=counts.tolist())
    given |= dict(cooccurrence_counts=pairs.tolist()) if cooccurrence else {}
    loss = MultiFocalModifierLoss(cooccurrence=cooccurrence, **(given if from_config else {}))
    loss.setup(SimpleNamespace(labels=LabelMatrix.from_dense(train)))
    table = np.divide(pairs, pairs.sum(0), out=np.zeros_like(pairs), where=pairs.sum(0) > 0)
    a = np.zeros((B, L))
    for i in range(B):
        rows = [table[c] for c in range(L) if target[i, c] == 1]
        if rows and np.sum(rows) > 0:
            a[i] = np.mean(rows, 0) / np.mean(rows, 0).sum()
    w = restated_weight(counts, 1 / 3)
    expected = restated(x, target, w, 3, a=a if cooccurrence else None)
    value = loss(torch.tensor(x), torch.tensor(target))
    assert value.item() == pytest.approx(expected, rel=1e-9, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(*SHAPES, st.booleans())
def test_corrector_equals_the_restatement(seed, B, L, protect):
    train, x, target = labels_and_logits(seed, B, L)
    loss = ReflectiveLabelCorrectorLoss(protect_known=protect)
    loss.setup(SimpleNamespace(labels=LabelMatrix.from_dense(train)))
    v = np.where(target == 1, x - 1, x)
    s, y = 1 / (1 + np.exp(-v)), target.clip(0)
    for i, c in np.ndindex(B, L):
        open_ = target[i, c] == -1 if protect else target[i, c] != 1
        if open_ and s[i, c] > 0.7 and s[i, c] > s[:, c].mean() + 1e-15:
            y[i, c] = 1
    counts = (train == 1).sum(0) + (y - target.clip(0)).sum(0)
    w, positives = restated_weight(counts, 1 / 6), y.sum()
    expected = 32 / positives * restated(v, target, w, 3, y=y) if positives else 0
    logits = torch.tensor(x, requires_grad=True)
    value = loss(logits, torch.tensor(target))
    value.backward()
    assert value.item() == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert torch.isfinite(logits.grad).all()
    np.testing.assert_array_equal(loss.counts.numpy(), counts)


@settings(max_examples=60, deadline=None)
@given(*SHAPES, st.sampled_from([1.0, 2.0, 3.0]))
def test_balancer_equals_the_restatement(seed, B, L, gamma):
    train, x, target = labels_and_logits(seed, B, L)
    head, tail = np.random.default_rng(seed + 1).normal(0, 3, (2, B, L))
    counts = (train == 1).sum(0)

    def loss_of(logits):
        return restated(logits, target, restated_weight(counts, 1 / 3), 3)

    def softmax(logits):
        power = np.exp(logits - logits.max(1, keepdims=True))
        return power / power.sum(1, keepdims=True)

    powers = np.array([loss_of(head), loss_of(tail)]) ** gamma
    assume(powers.sum() > 0)  # two experts without a loss have no shares
    taught = [loss_of(softmax(expert) * softmax(x)) for expert in (head, tail)]
    modifier = MultiFocalModifierLoss(class_counts=counts.tolist(), cooccurrence=False)
    balancer = HeadTailBalancerLoss(loss=modifier, gamma=gamma)
    value = balancer(*(torch.tensor(v) for v in (head, tail, x, target)))
    assert value.item() == pytest.approx(powers @ taught / powers.sum(), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(*SHAPES, st.integers(1, 5), st.sampled_from(["head", "tail", "balanced"]))
def test_classifier_equals_the_restatement(seed, B, L, C, effect):
    x, w, e = (np.random.default_rng(seed + i).normal(size=s)
               for i, s in enumerate([(B, C), (L, C), C]))  # fmt: skip
    classifier = NormalizedClassifier(L, C, effect, tau=8.0, gamma=0.5, alpha=3.0).double().eval()
    classifier.weight.data = torch.tensor(w)
    classifier.mean_feature.copy_(torch.tensor(e))
    plain, moved = (logits.detach().numpy() for logits in classifier(torch.tensor(x)))
    e = e / np.linalg.norm(e)
    for i, c in np.ndindex(B, L):
        direction, weight = x[i] / np.linalg.norm(x[i]), w[c] / (np.linalg.norm(w[c]) + 0.5)
        along = (direction @ e) * e
        other = direction + dict(head=-along, tail=3 * along, balanced=0)[effect]
        assert plain[i, c] == pytest.approx(8 * direction @ weight, rel=1e-9, abs=1e-12)
        assert moved[i, c] == pytest.approx(8 * other @ weight, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("cls", [MultiFocalModifierLoss, ReflectiveLabelCorrectorLoss])
def test_all_unknown_is_finite(cls):
    loss = cls()
    loss.setup(SimpleNamespace(labels=LabelMatrix.from_dense(-np.ones((4, 3), dtype=np.int8))))
    x = torch.tensor([[-9.0, 0.0, 9.0], [-9.0, 0.0, 9.0]], requires_grad=True)
    value = loss(x, -torch.ones(2, 3))
    value.backward()
    assert torch.isfinite(value) and torch.isfinite(x.grad).all()
    if cls is ReflectiveLabelCorrectorLoss:  # nothing is above the mean, so nothing is positive
        assert value.item() == 0 and (x.grad == 0).all()


def test_unselected_unknowns_do_not_count():
    x = torch.tensor([[3.0, 4.0, -1.0], [-3.0, -3.0, 1.0]])
    target = torch.tensor([[-1.0, -1.0, 1.0], [0.0, -1.0, 0.0]])
    selected = torch.tensor([[True, False, False], [False, False, False]])
    loss = ReflectiveLabelCorrectorLoss(class_counts=[3, 2, 1])
    value = loss(x, LabelBatch(target, selected))
    assert loss.counts.tolist() == [4, 2, 1]
    x[:, 1] = -x[:, 1]  # moves nothing but unselected entries
    other = ReflectiveLabelCorrectorLoss(class_counts=[3, 2, 1])(x, LabelBatch(target, selected))
    assert other == value


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: MultiFocalModifierLoss(class_counts=[1]), "belong together: give both"),
        (lambda: MultiFocalModifierLoss(unknown="skip"), "unknown='skip': choose one of"),
        (lambda: MultiFocalModifierLoss()(torch.zeros(1, 2), torch.zeros(1, 2)),
         "has no class counts: add dict"),
        (lambda: ReflectiveLabelCorrectorLoss()(torch.zeros(1, 2), torch.zeros(1, 2)),
         "has no class counts: add dict"),
        (lambda: ReflectiveLabelCorrectorLoss(class_counts=[1])(*torch.zeros(2, 1, 2)),
         r"class_counts of ReflectiveLabelCorrectorLoss has 1 numbers but the head gives 2 scores"),
        (lambda: ReflectiveLabelCorrectorLoss(tau=7), r"tau=7 is outside \[0, 1\]"),
        (lambda: NormalizedClassifier(3, 4, "both"), "effect='both': choose one of 'head', 'tail'"),
        (lambda: model(head=dict(type="MultiLabelLinearClsHead", num_classes=7, in_channels=8)),
         "needs a head of mmpartial, but model.head is MultiLabelLinearClsHead"),
        (lambda: model(head=dict(HEAD, effect="tail")), "its own effect: take"),
        (lambda: model(head=LINEAR), "or set model.balance=False for one network"),
        (lambda: model(head=dict(LINEAR, q_sampling="classes", loss=BCE), balance=False),
         "COMICClassifier computes all classes: set a model.head.q_sampling other"),
    ],
)  # fmt: skip
def test_errors_name_the_remedy(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_neck_pools_and_projects():
    neck = LogSoftmaxProjection(in_channels=6, out_channels=4)
    x = torch.randn(2, 6, 3, 3)
    (feats,) = neck((torch.zeros(1), x))
    torch.testing.assert_close(feats, neck(x.mean((2, 3)))[0])
    torch.testing.assert_close(feats.exp().sum(1), torch.ones(2))


def test_attention_equals_the_restatement():
    attention = AdditiveAttention(3).eval()
    query, features = torch.randn(2, 3), torch.randn(2, 4, 3)
    for i in range(2):
        scores = torch.stack([
            attention.score(torch.tanh(attention.query(query[i]) + attention.key(f)))
            for f in features[i]
        ])  # fmt: skip
        expected = (torch.softmax(scores, 0) * features[i]).sum(0)
        torch.testing.assert_close(attention(query, features)[i], expected)


BCE = dict(type="mmpartial.PartialBCELoss")
HEAD = dict(
    type="mmpartial.NormalizedHead", num_classes=7, in_channels=8,
    loss=dict(type="mmpartial.MultiFocalModifierLoss", class_counts=COUNTS,
              cooccurrence_counts=PAIRS),
)  # fmt: skip
LINEAR = dict(HEAD, type="mmpartial.QSamplingHead")


def model(**kwargs):
    torch.manual_seed(0)
    options = dict(
        backbone=dict(type="ResNet_CIFAR", depth=18, base_channels=4, stem_channels=4,
                      num_stages=2, strides=(1, 2), dilations=(1, 1), out_indices=(1,)),
        neck=dict(type="mmpartial.LogSoftmaxProjection", in_channels=8, out_channels=8),
        head=HEAD,
        corrector=dict(type="mmpartial.ReflectiveLabelCorrectorLoss", class_counts=COUNTS),
    )  # fmt: skip
    return COMICClassifier(**{**options, **kwargs})


def batch():
    generator = torch.Generator().manual_seed(1)
    inputs = torch.rand(4, 3, 40, 40, generator=generator)
    return inputs, [DataSample().set_gt_score(torch.tensor(t, dtype=torch.float32))
                    for t in GOLDEN["base_4x7/target"]]  # fmt: skip


@pytest.mark.parametrize("options", [dict(), dict(balance=False), dict(balance=False, head=LINEAR)])
def test_a_training_step_reaches_all_parameters(options):
    net = model(**options).train()
    inputs, samples = batch()
    losses = net(inputs, samples, mode="loss")
    total, logged = net.parse_losses(losses)
    total.backward()
    parts = ["modifier_loss", "corrector_loss", "balancer_loss"][: 3 if net.balance else 2]
    assert total.item() == pytest.approx(sum(logged[key].item() for key in parts))
    assert logged["loss"] == total
    missing = [n for n, p in net.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert not missing
    assert len(net.correctors) == (3 if net.balance else 1)
    assert len({id(m) for m in net.correctors.values()}) == len(net.correctors)
    assert net.head.output is not None and net.head.num_classes == 7


def test_the_loss_is_what_the_parts_say():
    net, (inputs, samples) = model().eval(), batch()
    for expert in net.experts.values():
        expert.head.classifier.mean_feature.normal_()
    losses = net(inputs, samples, mode="loss")
    feats = [net.extract_feat(inputs), *(expert(inputs) for expert in net.experts.values())]
    heads = [net.head, *(expert.head for expert in net.experts.values())]
    assert [head.effect for head in heads] == ["balanced", "head", "tail"]
    plain, moved = zip(*(h.plain_and_moved(f) for h, f in zip(heads, feats, strict=True)),
                       strict=True)  # fmt: skip
    assert not any(torch.allclose(plain[i], moved[i]) for i in (1, 2))
    target = torch.tensor(GOLDEN["base_4x7/target"]).float()
    modifier = net.head.loss_module
    corrected = [ReflectiveLabelCorrectorLoss(class_counts=COUNTS)(x, target) for x in moved]
    balancer = HeadTailBalancerLoss(loss=modifier)(moved[1], moved[2], plain[0], target)
    expected = dict(
        modifier_loss=sum(modifier(x, target) for x in plain),
        corrector_loss=0.2 * sum(corrected),
        balancer_loss=0.5 * balancer,
    )
    for key, value in expected.items():
        torch.testing.assert_close(losses[key], value, rtol=1e-5, atol=1e-5)


def test_prediction_is_the_balanced_classifiers():
    net, (inputs, samples) = model().eval(), batch()
    with torch.no_grad():
        scores = net(inputs)
        assert scores.shape == (4, 7)
        predicted = net(inputs, samples, mode="predict")
        torch.testing.assert_close(torch.stack([s.pred_score for s in predicted]), scores.sigmoid())
        for expert in net.experts.values():
            expert.head.classifier.weight.zero_()
        torch.testing.assert_close(net(inputs), scores)
        feats = net.extract_feat(inputs)[-1]
        torch.testing.assert_close(net.extract_feat(inputs, "pre_logits"), feats)
        assert len(net.extract_feat(inputs, "backbone")) == 1
        net.head.classifier.weight.zero_()
        assert (net(inputs) == 0).all()


def test_features_attend_to_the_experts():
    net, (inputs, _) = model().eval(), batch()
    with torch.no_grad():
        own = net.neck(net.backbone(inputs))[-1]
        others = torch.stack([e(inputs)[-1] for e in net.experts.values()], 1)
        expected = own + 0.1 * net.attention(own, others)
        torch.testing.assert_close(net.extract_feat(inputs)[-1], expected)


def test_any_loss_and_the_mixins_options():
    """A head by itself is a stock one: any loss, q, thresholds."""
    head = NormalizedHead(
        num_classes=3, in_channels=4, loss=dict(type="mmpartial.PartialBCELoss"), topk=2
    )
    assert isinstance(head.loss_module, PartialBCELoss)
    samples = [DataSample().set_gt_score(torch.tensor([1.0, -1.0, 0.0])) for _ in range(2)]
    losses = head.loss((torch.randn(2, 4),), samples)
    assert set(losses) == {"loss"}
    predicted = head.predict((torch.randn(2, 4),))
    assert all(len(sample.pred_label) == 2 for sample in predicted)


def test_losses_that_remember_each_call_are_refused():
    head = dict(HEAD, loss=dict(type="mmpartial.AssetReg", loss=HEAD["loss"], alpha=0.1))
    with pytest.raises(ValueError, match="and AssetReg would remember each call"):
        model(head=head)


def test_steps_lower_the_loss():
    net = model(data_preprocessor=dict(mean=[127.5] * 3, std=[127.5] * 3)).train()
    optimizer = OptimWrapper(torch.optim.Adam(net.parameters(), lr=1e-2))
    inputs, samples = batch()
    data = dict(inputs=list((inputs * 255).byte()), data_samples=samples)
    values = [net.train_step(data, optimizer)["loss"].item() for _ in range(8)]
    assert values[-1] < values[0] and np.isfinite(values).all()


@pytest.mark.slow
def test_two_processes(tmp_path):
    assert run_on_two(__file__, cwd=tmp_path).stdout.count("equal") == 2


def gradients_and_memory(rows):
    generator = torch.Generator().manual_seed(0)
    x = 3 * torch.randn(3, 8, 7, generator=generator, dtype=torch.float64)
    target = torch.randint(-1, 2, (8, 7), generator=generator).double()
    target[:4] = target[:4].clamp(max=0)  # the halves differ
    x, target = x[:, rows].requires_grad_(), target[rows]
    modifier = MultiFocalModifierLoss(class_counts=COUNTS, cooccurrence_counts=PAIRS)
    corrector = ReflectiveLabelCorrectorLoss(class_counts=COUNTS)
    values = [modifier(x[0], target), corrector(x[0], target),
              HeadTailBalancerLoss(loss=modifier)(*x, target)]  # fmt: skip
    classifier = NormalizedClassifier(4, 7, "head").double()
    classifier(x[0])
    gradients = torch.stack([torch.autograd.grad(value, x)[0] for value in values])
    return gradients, [corrector.counts, classifier.mean_feature]


def compare_two_processes():
    """Half a batch in each of two processes gives the gradient and the memory of the whole."""
    gradients, memory = gradients_and_memory(slice(None))
    dist.init_process_group("gloo")
    half = slice(dist.get_rank() * 4, dist.get_rank() * 4 + 4)
    parts, memories = gradients_and_memory(half)
    torch.testing.assert_close(parts / 2, gradients[:, :, half])  # DDP takes the mean
    torch.testing.assert_close(memories, memory)
    assert memory[0].sum() > sum(COUNTS)
    print("equal")
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    compare_two_processes()
