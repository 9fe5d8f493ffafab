# ROLE: EPR with label estimates that are learned beside the model.
head = dict(loss=dict(type="mmpartial.ROLELoss", expected_positives=2.9))
custom_hooks = [dict(type="mmpartial.LabelEstimatorHook", lr_mult=10)]
