# PLM on all labels of COCO. Images, optimizer and schedule are ours: the authors' code is not
# public.
_base_ = "plm_resnet50_coco-pal06.py"
train_dataloader = dict(dataset=dict(setting="FAL", ratio=None))
