# CAP: ASL on known labels, and from 3/10 of the training on also on pseudo labels, as many of each
# class as its share among the known labels. In PPL and SPL, give the hook a class_prior. Later than
# step 33,000 the average is the authors' (0.9997); before, it is over the last tenth of the steps,
# so that it suits short runs as well. The authors train on images that RandAugment and Cutout
# change, and predict ones that are only flipped: cap/cap_resnet50_coco-ssl005.py does so too.
head = dict(
    loss=dict(
        type="mmpartial.PartialAsymmetricLoss",
        gamma_pos=0,
        gamma_neg=4,
        clip=0.05,
        unknown="ignore",
    ),
)
custom_hooks = [
    dict(type="mmpartial.ClassAwareLabelHook", start=0.3),
    dict(type="mmpartial.EMAHook", ema_type="MomentumAnnealingEMA", momentum=0.0003, gamma=10),
]
