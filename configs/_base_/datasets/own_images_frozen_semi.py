# As own_images_frozen.py, but also trains on photos without labels: those in unlabelled/, beside
# the tables. Their labels are unknown. unlabelled may be another folder, or a list of folders.
_base_ = "own_images_frozen.py"
train_dataloader = dict(dataset=dict(dataset=dict(dataset=dict(unlabelled="unlabelled"))))
