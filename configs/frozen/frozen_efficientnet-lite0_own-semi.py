# Your own photos, a part of which has labels: train.csv and val.csv name photos in images/, and
# photos without labels are in unlabelled/, beside the tables. Their labels are unknown. unlabelled
# may be another folder, or a list of folders.
_base_ = "frozen_efficientnet-lite0_own-as-annotated.py"
train_dataloader = dict(dataset=dict(dataset=dict(dataset=dict(unlabelled="unlabelled"))))
