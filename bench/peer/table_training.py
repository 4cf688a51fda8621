"""How many rows a second of CPU time a training of a table takes: of the ctgan package, and of goldpan's table VAE written in PyTorch.
The only argument names a JSON file: what, threads, and for `ctgan` train (CSV) and discrete (columns), for `vae` codes (of each
sub-column), columnOf, ordered (features of each code), subColumnOfFeature, latentDim, units, contextUnits, batch, rows (codes of rows), steps. Prints {version, rowsPerSecond}."""

import json
import resource
import sys
import warnings

warnings.filterwarnings("ignore")
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def with_ctgan(asked):
    import ctgan
    import ctgan.synthesizers.ctgan as module
    import pandas as pd

    frame = pd.read_csv(asked["train"])
    marks = []

    def timed(epochs, **_):
        for epoch in epochs:
            marks.append(cpu_seconds())
            yield epoch
        marks.append(cpu_seconds())

    module.tqdm = timed
    ctgan.CTGAN(epochs=asked["epochs"], enable_gpu=False).fit(frame, asked["discrete"])
    # The first epoch warms up. An epoch takes whole batches of 500 rows.
    rows = max(1, len(frame) // 500) * 500 * (asked["epochs"] - 1)
    return ctgan.__version__, rows / (marks[-1] - marks[1])


class Vae(torch.nn.Module):
    """The network of containers/trainer/models/table/table-network.ts."""

    def __init__(self, asked):
        super().__init__()
        self.counts, latent, units, context = asked["codes"], asked["latentDim"], asked["units"], asked["contextUnits"]
        codes, subs = sum(self.counts), len(self.counts)
        dense = torch.nn.Linear
        self.latent, self.subs = latent, subs
        self.encoder = torch.nn.ModuleList([dense(codes, context), dense(context, context), dense(context, 2 * latent)])
        self.context = torch.nn.ModuleList([dense(codes + subs, context), dense(context, context), dense(context, 2 * latent)])
        told = context + latent
        self.input, self.first = dense(codes, units), dense(units, units)
        self.second, self.logits = dense(units, units), dense(units, codes)
        self.told = torch.nn.ModuleList([dense(told, units, False), dense(told, units, False), dense(told, codes, False)])
        of_code = torch.repeat_interleave(torch.arange(subs), torch.tensor(self.counts))
        degree = torch.arange(units) * max(1, subs - 1) // units
        self.register_buffer("input_mask", (degree[:, None] >= of_code[None, :]).float())
        self.register_buffer("unit_mask", (degree[:, None] >= degree[None, :]).float())
        self.register_buffer("output_mask", (of_code[:, None] >= degree[None, :] + 1).float())
        self.register_buffer("of_code", of_code)
        self.register_buffer("column_of", torch.tensor(asked["columnOf"]))
        self.register_buffer("ordered", torch.tensor(asked["ordered"]))
        of_feature = torch.tensor(asked["subColumnOfFeature"])
        features = len(of_feature)
        widths = [(features, context), (features, context), (features, units), (units, features), (told, features)]
        self.shared = torch.nn.ParameterList([torch.nn.Parameter(torch.zeros(*width)) for width in widths])
        self.register_buffer("input_shared_mask", (degree[None, :] >= of_feature[:, None]).float())
        self.register_buffer("output_shared_mask", (of_feature[None, :] >= degree[:, None] + 1).float())

    def loss(self, rows):
        batch = rows.shape[0]
        offsets = torch.tensor([0, *self.counts[:-1]]).cumsum(0)
        x = torch.zeros(batch, sum(self.counts)).scatter_(1, rows + offsets, 1.0)
        rate = torch.rand(batch, 1) * (torch.rand(batch, 1) < 0.5)
        columns = (torch.rand(batch, int(self.column_of.max()) + 1) < rate).float()
        given = columns[:, self.column_of]
        shown = x * given[:, self.of_code]
        first = self.context[0](torch.cat([shown, 1 - given], 1)) + shown @ self.ordered @ self.shared[1]
        told = torch.relu(self.context[1](torch.relu(first)))
        prior_mean, prior_log = self.context[2](told).chunk(2, 1)
        features = x @ self.ordered
        hidden = torch.relu(self.encoder[0](x) + features @ self.shared[0])
        hidden = torch.relu(self.encoder[1](hidden))
        mean, log = self.encoder[2](hidden).chunk(2, 1)
        z = mean + torch.exp(log / 2) * torch.randn_like(mean)
        told = torch.cat([told, z], 1)
        base = F.linear(x, self.input.weight * self.input_mask, self.input.bias) + self.told[0](told)
        base = base + features @ (self.shared[2] * self.input_shared_mask)
        inner = F.linear(torch.relu(base), self.first.weight * self.unit_mask, self.first.bias) + self.told[1](told)
        inner = F.dropout(torch.relu(inner), 0.1)
        hidden = torch.relu(base + F.linear(inner, self.second.weight * self.unit_mask, self.second.bias))
        hidden = F.dropout(hidden, 0.1)
        logits = F.linear(hidden, self.logits.weight * self.output_mask, self.logits.bias) + self.told[2](told)
        by_feature = hidden @ (self.shared[3] * self.output_shared_mask) + told @ self.shared[4]
        logits = logits + by_feature @ self.ordered.T
        entropies = torch.stack(
            [F.cross_entropy(part, rows[:, at], reduction="none") for at, part in enumerate(logits.split(self.counts, 1))], 1
        )
        kl = 0.5 * (prior_log - log + ((mean - prior_mean) ** 2 + log.exp()) / prior_log.exp() - 1)
        return (entropies * (1 - given)).sum(1).mean() + kl.mean(0).clamp(min=0.01).sum()


def with_torch(asked):
    torch.manual_seed(1)
    model = Vae(asked)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-4, fused=True)
    rows = torch.tensor(asked["rows"])
    batch = asked["batch"]
    start = 0.0
    for step in range(asked["steps"] + asked["warmUp"]):
        if step == asked["warmUp"]:
            start = cpu_seconds()
        chosen = rows[torch.randint(0, rows.shape[0], (batch,))]
        optimizer.zero_grad()
        model.loss(chosen).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
    return torch.__version__, asked["steps"] * batch / (cpu_seconds() - start)


def main() -> None:
    with open(sys.argv[1], encoding="utf8") as file:
        asked = json.load(file)
    torch.set_num_threads(asked["threads"])
    version, pace = (with_ctgan if asked["what"] == "ctgan" else with_torch)(asked)
    print(json.dumps({"version": version, "rowsPerSecond": pace}))


main()
