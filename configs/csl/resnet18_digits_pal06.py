# CSL: P-ASL without the unknown labels of frequent classes and the likeliest of each batch. The
# class priors come from a temporary model, trained first with prior_resnet18_digits_pal06.py.
_base_ = "../p_asl/resnet18_digits_pal06.py"
model = dict(
    head=dict(
        loss=dict(
            unknown="selective",
            likelihood_topk=5,
            prior_threshold=0.5,
            prior="work_dirs/prior_resnet18_digits_pal06/class_prior.json",
        )
    )
)
