"""The product's weights in PyTorch's layouts. A kernel is [height, width, in, out], transposed ones [height, width, out, in]."""
import torch

MAP = 7


def kernel(weight):
    """To [out, in, height, width], transposed ones to [in, out, height, width]."""
    return weight.permute(3, 2, 0, 1)


def dense(weight):
    return weight.t()


def from_map(weight, channels, more=0):
    """A dense layer after a map: the product flattens [height, width, channels], PyTorch [channels, height, width]. `more` stay last."""
    flat = weight[: len(weight) - more].view(MAP, MAP, channels, -1).permute(2, 0, 1, 3).reshape(len(weight) - more, -1)
    return torch.cat([flat, weight[len(weight) - more :]]).t()


def to_map(weight, channels):
    """A dense layer before a map."""
    return weight.view(len(weight), MAP, MAP, channels).permute(0, 3, 1, 2).reshape(len(weight), -1).t()


def fill(module, values):
    with torch.no_grad():
        for name, value in values.items():
            parameter = module.get_parameter(name)
            assert parameter.shape == value.shape, (name, parameter.shape, value.shape)
            parameter.copy_(value)
    return module


def load_vae(network, weights):
    """Biases start at zero on both sides."""
    latent = torch.cat([weights["encoder/zMean/kernel"], weights["encoder/zLogVar/kernel"]], 1)
    values = {
        "conv1.weight": kernel(weights["encoder/conv1/kernel"]),
        "conv2.weight": kernel(weights["encoder/conv2/kernel"]),
        "latent.weight": from_map(latent, 64),
        "dense.weight": to_map(weights["decoder/dense/kernel"], 64),
        "up1.weight": kernel(weights["decoder/conv1/kernel"]),
        "up2.weight": kernel(weights["decoder/conv2/kernel"]),
        "logits.weight": kernel(weights["decoder/logits/kernel"]),
    }
    biases = {name.replace("weight", "bias"): torch.zeros_like(network.get_parameter(name.replace("weight", "bias"))) for name in values}
    return fill(network, {**values, **biases})
