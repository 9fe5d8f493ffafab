# The temporary model of csl_resnet50_coco-rps05.py, in the same recipe; the priors are those of the
# raw weights, so that none are averaged.
_base_ = ["../_base_/protocols/csl.py", "../_base_/methods/class_prior.py"]
model = dict(head={{_base_.head}})
