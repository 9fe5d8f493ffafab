# As own_images_frozen.py, and train on photos without labels as well: those in unlabelled/, beside
# the tables. Their labels are unknown. Set unlabelled to another folder, or to a list of them.
_base_ = "own_images_frozen.py"
train_dataloader = dict(dataset=dict(dataset=dict(dataset=dict(unlabelled="unlabelled"))))
