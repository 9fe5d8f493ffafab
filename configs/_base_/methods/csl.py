# CSL: P-ASL without the unknown labels of frequent classes, and without the likeliest ones of each
# batch. The class prior comes from a temporary model, class_prior.py, which is trained first.
_base_ = "p_asl.py"
head = dict(
    loss=dict(
        unknown="selective",
        likelihood_topk=5,
        prior_threshold=0.5,
        prior="class_prior.json",
    ),
)
