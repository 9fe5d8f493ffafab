# Adam at a constant 1e-5 for 10 epochs, https://arxiv.org/abs/2106.09708 and the works after it:
# their value for COCO, with train_dataloader.batch_size=16 and the images of coco.py. Not here: a
# grid of rates, validation on a fifth of the training set, stopping when its mAP falls.
optim_wrapper = dict(optimizer=dict(type="Adam", lr=1e-5))
param_scheduler = None
train_cfg = dict(by_epoch=True, max_epochs=10, val_interval=1)
val_cfg = dict()
test_cfg = dict()
