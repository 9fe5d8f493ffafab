# 2WayAug-PL: LogicMix with DP-ASL, and pseudo labels where the averaged weights are sure. Later
# than step 10,000 the average is the authors' (0.999); before, it is over the last tenth of the
# steps, so that it suits short runs as well. The authors predict images that are not augmented: set
# the pipeline of the SureLabelHook for that.
_base_ = "logic_mix.py"
custom_hooks = [
    dict(type="mmpartial.SureLabelHook", start=1 / 3, logit=4.0),
    dict(type="mmpartial.EMAHook", ema_type="MomentumAnnealingEMA", momentum=0.001, gamma=10),
]
