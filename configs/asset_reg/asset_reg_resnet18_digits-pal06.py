_base_ = ["../_base_/protocols/resnet18_digits-pal06.py", "../_base_/methods/asset_reg.py"]
model = dict(head={{_base_.head}})
train_dataloader = dict(dataset=dict(dataset=dict(group_size=10)))
