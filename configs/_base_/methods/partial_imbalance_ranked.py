# The default with a term that ranks positives above negatives: better mAP on frozen features, and
# a dearer loss, which needs all classes.
_base_ = "partial_imbalance.py"
head = dict(loss=dict(type="mmpartial.RankedImbalanceLoss"))
