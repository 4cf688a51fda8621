// Refuses a family of models that does not train on the data of a dataset, before a snapshot is made or a machine started for it.
import type { Kind } from '#core/base/names.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import type { TrainConfig } from '#core/kinds/train-config.ts';
import { ClientFailure, EXIT } from '../../failure.ts';

/** Throws ClientFailure. */
export function checkFamily(kind: Kind, family: TrainConfig['model']): void {
  const { models, item } = definitionOf(kind);
  if (models.includes(family)) return;
  const known = models.length > 1 ? `${models.slice(0, -1).join(', ')} and ${models.at(-1)}` : models.join();
  throw new ClientFailure(`No model of the family ${family} trains on ${item.many}.`, {
    next: `Those that do: ${known}. Choose one with --model, or as train.model in dataset.yaml.`,
    exitCode: EXIT.usage,
  });
}
