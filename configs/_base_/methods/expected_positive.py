# EPR: positives, and a known average number of positives per image (COCO's here; the digits have
# 2.8).
head = dict(loss=dict(type="mmpartial.ExpectedPositiveLoss", expected_positives=2.9))
custom_hooks = []
