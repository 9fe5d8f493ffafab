# GPR: GR with pseudo labels and EPR's penalty, with AEVLP's values for COCO. The authors' pseudo
# labels come from CLIP; these are those of CAP, by the averaged model. Set expected_positives for
# other data, and in PPL and SPL the hook's class_prior. The bias of a linear layer should learn
# fast, see gr.py.
_base_ = "gr.py"
head = dict(loss=dict(pseudo_weight=(0.5, 0.7), penalty=0.001, expected_positives=2.9))
custom_hooks = [
    dict(type="mmpartial.ClassAwareLabelHook", start=0.3, as_known=False),
    dict(type="mmpartial.EMAHook", ema_type="MomentumAnnealingEMA", momentum=0.0003, gamma=10),
]
