# Class priors for cap.py and gpr.py if only positives are known: EPR holds the mean number of
# predicted positives of an image near expected_positives, and its mean predictions in the last
# epoch are the priors. class_prior.py would learn from positives that everything is positive.
_base_ = "expected_positive.py"
custom_hooks = [dict(type="mmpartial.ClassPriorHook", reset_each_epoch=True)]
