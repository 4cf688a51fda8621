// Promotes and rolls back models, through the one function that changes which model serves.
import type { Promotion } from '#core/model/messages/promotion.ts';
import { keys } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { readCurrentModel } from '../training/run-facts.ts';
import type { PromotionOutput } from './output.ts';
import { unknownModel } from './unknown-model.ts';

export async function promoteModel(
  context: Context,
  dataset: string,
  modelId: string,
  { force }: { force: boolean },
): Promise<PromotionOutput> {
  const { deployment, person } = context;
  if (!(await deployment.data.head(keys.modelCard(checkedDataset(dataset), modelId))))
    throw await unknownModel(deployment.data, dataset, modelId);
  const promotion = await deployment.promote({ dataset: checkedDataset(dataset), modelId, by: person, force });
  return outputOf(context, promotion);
}

export async function rollBackModel(context: Context, dataset: string, to: string | null): Promise<PromotionOutput> {
  const { deployment, person } = context;
  return outputOf(
    context,
    await deployment.promote({ dataset: checkedDataset(dataset), rollback: true, to, by: person }),
  );
}

async function outputOf(
  { deployment }: Context,
  { dataset, modelId, status, reason }: Promotion,
): Promise<PromotionOutput> {
  const current = await readCurrentModel(deployment.data, dataset);
  return { dataset, modelId, promoted: status === 'promoted', reason, current: current?.modelId ?? null };
}
