# AN: binary cross entropy with every unknown label taken as negative.
head = dict(loss=dict(type="mmpartial.PartialBCELoss", unknown="negative"))
custom_hooks = []
