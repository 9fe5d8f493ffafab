# 2WayAug-PL: LogicMix with DP-ASL, and pseudo labels where the averaged weights are sure. A leaf
# averages weights with ema, and sets start for its number of epochs and the pipeline of the pass.
_base_ = "logic_mix.py"
custom_hooks = [dict(type="mmpartial.SureLabelHook", start=20, logit=4.0)]
ema = dict(type="EMAHook", momentum=0.001)  # 1 - 0.999
