# Half of the default's balance (in log odds), and a term that ranks positives above negatives. For
# a linear layer on features it was never far from the best method; its loss is dearer, and needs
# all classes of a batch.
_base_ = "partial_imbalance.py"
head = dict(loss=dict(type="mmpartial.RankedImbalanceLoss", ratio_power=0.5, chance=None, bounded=False))
