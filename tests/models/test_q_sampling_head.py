"""The head: what it selects, and that it is the stock head otherwise."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mmengine.logging import MessageHub
from mmpretrain.models.heads import CSRAClsHead, MultiLabelLinearClsHead
from mmpretrain.registry import MODELS
from mmpretrain.structures import DataSample

from mmpartial.memory.label_table import LabelTable
from mmpartial.models import PartialBCELoss, QSamplingCSRAHead, QSamplingHead
from mmpartial.models.heads import sample_unknown, unknown_sampling
from mmpartial.utils.counter_rng import hash_ints

BCE = dict(type="mmpartial.PartialBCELoss")


def head(**kwargs):
    return QSamplingHead(num_classes=7, in_channels=5, **{"loss": BCE, **kwargs})


def samples(target, rows=None):
    result = []
    for i, row in enumerate(target):
        sample = DataSample().set_gt_score(torch.as_tensor(row, dtype=torch.float32))
        if rows is not None:
            sample.set_field(int(rows[i]), "row", field_type="metainfo")
        result.append(sample)
    return result


@pytest.fixture
def progress():
    """Set what a Runner would put into the message hub."""
    hub = MessageHub.get_instance("test_q_sampling_head")

    def put(**info):
        for key, value in info.items():
            hub.update_info(key, value)

    put(epoch=0, max_epochs=10, iter=0, max_iters=100)
    return put


@settings(max_examples=80, deadline=None)
@given(
    st.integers(1, 8), st.integers(1, 30), st.sampled_from([0.01, 0.1, 0.25, 0.5, 0.99, 1.0]),
    st.integers(0, 2**31),
)  # fmt: skip
def test_exact_count(B, L, q, seed):
    unknown = torch.rand(B, L, generator=torch.Generator().manual_seed(seed)) < 0.5
    chosen = sample_unknown(unknown, q, seed, torch.arange(B)[:, None])
    assert not (chosen & ~unknown).any()
    n = unknown.sum(1).numpy()
    expected = np.where(n > 0, np.maximum(1, np.floor(q * n + 0.5)), 0)
    np.testing.assert_array_equal(chosen.sum(1).numpy(), expected)


@pytest.mark.parametrize("q, n, k", [(0.29, 50, 14), (0.35, 90, 31), (0.21, 150, 32)])
def test_the_count_is_rounded_in_double_precision(q, n, k):
    """As Python does it; single precision gives 15, 32 and 31."""
    unknown = torch.ones(1, n, dtype=torch.bool)
    assert sample_unknown(unknown, q, 0, torch.zeros(1, 1)).sum() == k == int(q * n + 0.5)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 9), st.sampled_from([1, 7, 600, 601, 1500]), st.sampled_from([0.01, 0.3, 0.9]),
    st.sampled_from([0.0, 0.02, 0.7, 1.0]), st.integers(0, 2**31), st.sampled_from([1, 2**12]),
)  # fmt: skip
def test_choice_is_that_of_a_sort(B, L, q, share, seed, at_once):
    """However the k-th smallest hash is found, and however many rows are taken at a time."""
    unknown = torch.rand(B, L, generator=torch.Generator().manual_seed(seed)) < share
    rows = torch.arange(B)[:, None]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unknown_sampling, "_AT_ONCE", at_once)
        chosen = sample_unknown(unknown, q, seed, rows)
    rank = hash_ints(seed, rows, torch.arange(L)).masked_fill(~unknown, 2**63 - 1)
    k = (unknown.sum(1, keepdim=True) * q + 0.5).floor().long().clamp(min=1)
    threshold = rank.sort(1).values.gather(1, k - 1)
    assert torch.equal(chosen, unknown & (rank <= threshold))


def test_draw_is_a_function_of_seed_epoch_and_row():
    unknown = torch.ones(6, 40, dtype=torch.bool)
    rows = torch.tensor([4, 9, 2, 7, 1, 0])
    first = sample_unknown(unknown, 0.5, 0, 3, rows[:, None])
    order = torch.tensor([5, 3, 0, 1, 4, 2])
    again = sample_unknown(unknown, 0.5, 0, 3, rows[order][:, None])
    assert torch.equal(again, first[order])
    for key in ((1, 3), (0, 4)):
        assert not torch.equal(sample_unknown(unknown, 0.5, *key, rows[:, None]), first)
    alone = torch.cat([sample_unknown(unknown[:1], 0.5, 0, 3, r[None, None]) for r in rows])
    assert torch.equal(alone, first)


def test_every_unknown_is_drawn_equally_often():
    unknown = torch.tensor([[True, False, True, True, True]])
    count = torch.zeros(5)
    for epoch in range(4000):
        count += sample_unknown(unknown, 0.5, 0, epoch, torch.tensor([[3]]))[0]
    np.testing.assert_allclose(count / 4000, [0.5, 0, 0.5, 0.5, 0.5], atol=0.03)


def test_the_loss_sees_selection_pseudo_labels_and_rows(progress):
    class Spy(PartialBCELoss):
        def compute(self, logits, labels):
            self.seen = labels
            return super().compute(logits, labels)

    model = head(loss=Spy(), q=0.5)
    model.memory = LabelTable(20, 7, "x", init=0.25)
    model.memory.values[11] = 0.75
    target = torch.full((2, 7), -1.0)
    target[0, :3] = torch.tensor([1.0, 0.0, 1.0])
    losses = model.loss((torch.randn(2, 5),), samples(target, [3, 11]))
    seen = model.loss_module.seen
    assert losses["loss"].requires_grad and seen.row.tolist() == [3, 11]
    assert seen.selected.sum(1).tolist() == [2, 4]
    assert (seen.pseudo[0] == 0.25).all() and (seen.pseudo[1] == 0.75).all()
    assert torch.equal(model.output.labels.target, target)
    first = seen.selected
    progress(epoch=1)
    model.loss((torch.randn(2, 5),), samples(target, [3, 11]))
    assert not torch.equal(model.loss_module.seen.selected, first)


def test_q_follows_a_schedule(progress):
    model = head(q=dict(type="mmpartial.LinearSchedule", start=0.1, end=1.0))
    unknown = torch.ones(1, 100, dtype=torch.bool)
    counts = []
    for epoch in (0, 3, 9):
        progress(epoch=epoch)
        counts.append(int(model._select(unknown, torch.tensor([0])).sum()))
    assert counts == [10, 40, 100]


def test_bernoulli_draws_a_share(progress):
    model = head(q=0.3, q_sampling="bernoulli")
    unknown = torch.ones(50, 200, dtype=torch.bool)
    chosen = model._select(unknown, torch.arange(50))
    assert 0.27 < chosen.float().mean() < 0.33 and len(set(chosen.sum(1).tolist())) > 1


@pytest.mark.parametrize(
    "ours, stock, options",
    [
        (QSamplingHead, MultiLabelLinearClsHead, dict(num_classes=7, in_channels=5)),
        (QSamplingCSRAHead, CSRAClsHead, dict(num_classes=7, in_channels=5, num_heads=2, lam=0.1)),
    ],
)
def test_checkpoints_and_predictions_are_the_stock_heads(ours, stock, options):
    theirs, mine = stock(**options), ours(loss=BCE, **options)
    mine.load_state_dict(theirs.state_dict())
    theirs.load_state_dict(mine.state_dict())
    feats = (torch.randn(3, 5) if ours is QSamplingHead else torch.randn(3, 5, 2, 2),)
    a, b = theirs.predict(feats), mine.predict(feats)
    assert all(torch.equal(x.pred_score, y.pred_score) for x, y in zip(a, b, strict=True))
    target = torch.tensor([[1.0, 0, -1, -1, -1, -1, -1]] * 3)
    mine.loss(feats, samples(target, [0, 1, 2]))["loss"].backward()


@pytest.mark.parametrize("loss", [
    dict(type="mmpartial.StrictlyProperAsymmetricLoss"),
    dict(type="mmpartial.ZLPRLoss", unknown="pseudo"),
    dict(type="mmpartial.PartialLabelMaskingLoss", positive_ratio=[1.0] * 7,
         loss=dict(type="mmpartial.StrictlyProperAsymmetricLoss")),
    dict(type="mmpartial.AssetReg", alpha=0.1,
         loss=dict(type="mmpartial.StrictlyProperAsymmetricLoss")),
])  # fmt: skip
def test_predictions_are_probabilities_where_the_method_has_a_link_of_its_own(loss):
    model, feats = head(loss=loss, thr=0.5), (torch.randn(9, 5) * 4,)
    logits, predicted = model(feats), model.predict(feats)
    scores = torch.stack([sample.pred_score for sample in predicted])
    torch.testing.assert_close(scores, model.loss_module.posterior(logits))
    assert not torch.allclose(scores, logits.sigmoid())
    yes = torch.zeros(9, 7, dtype=torch.bool)
    for number, sample in enumerate(predicted):
        yes[number, sample.pred_label] = True
    assert torch.equal(yes, scores >= 0.5)


def test_full_labels_need_no_rows():
    target = torch.zeros(2, 7)
    loss = head(q=1.0).loss((torch.randn(2, 5),), samples(target))["loss"]
    assert torch.isfinite(loss)


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(q=0.0), r"q=0.0 is outside \(0, 1\]"),
        (dict(q=dict(type="mmpartial.LinearSchedule", start=0.5, end=1.5)), "q=1.5 is outside"),
        (dict(q_sampling="all"), "q_sampling='all': choose 'exact' or 'bernoulli' or 'classes'"),
        (dict(loss=dict(type="AsymmetricLoss")), "model.head.loss is AsymmetricLoss: take one of"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        head(**options)


def test_batches_without_rows_or_labels():
    target = torch.full((1, 7), -1.0)
    with pytest.raises(ValueError, match=r"PartialLabelDataset, or set model.head.q=1"):
        head(q=0.5).loss((torch.randn(1, 5),), samples(target))
    with pytest.raises(ValueError, match="found no gt_score.*PartialLabelDataset"):
        head().loss((torch.randn(1, 5),), [DataSample().set_gt_label([1])])


def test_a_diagnostic_is_never_added_to_the_loss():
    model = head(q=1.0)
    model.loss_module.diagnostics["known_loss"] = torch.tensor(1.0)
    with pytest.raises(ValueError, match="'known_loss', which would be added to the loss"):
        model.loss((torch.randn(1, 5),), samples(torch.zeros(1, 7)))


@pytest.mark.parametrize(
    "shape, neck",
    [
        ((2, 5, 3, 3), "GlobalAveragePooling"),
        ((2, 9, 5), "mmpartial.ChannelsLastPooling"),
        ((2, 3, 3, 5), "mmpartial.ChannelsLastPooling"),
    ],
)
def test_maps_and_tokens_lack_a_pooling(shape, neck):
    features = torch.randn(shape)
    with pytest.raises(ValueError, match=f"the pooling is missing. Set model.neck=.*{neck}'"):
        head().loss((features,), samples(torch.zeros(2, 7)))
    pooled = MODELS.build(dict(type=neck, _scope_="mmpretrain"))((features,))
    torch.testing.assert_close(pooled[0], features.movedim(shape.index(5), 1).flatten(2).mean(2))
    head().loss(pooled, samples(torch.zeros(2, 7)))


def test_features_of_another_width():
    with pytest.raises(ValueError, match="are 4 numbers, but model.head.in_channels=5: .* to 4"):
        head().predict((torch.randn(2, 4),), samples(torch.zeros(2, 7)))
    with pytest.raises(ValueError, match="the pooling is missing. .*ChannelsLastPooling"):
        head().predict((torch.randn(2, 9, 4),), samples(torch.zeros(2, 7)))  # tokens
