// goldpan models promote | rollback: both ask the function that alone moves the pointer.
import type { Promotion } from '#core/model/messages/promotion.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/status.ts';
import { readCurrentModel } from '../training/run-facts.ts';
import type { PromotionAnswer } from './model-answers.ts';

export async function promoteModel(
  context: Context,
  dataset: string,
  modelId: string,
  { force }: { force: boolean },
): Promise<PromotionAnswer> {
  const { cloud, person } = context;
  const promotion = await cloud.promote({ dataset: checkedDataset(dataset), modelId, by: person, force });
  return answerOf(context, promotion);
}

export async function rollBackModel(context: Context, dataset: string, to: string | null): Promise<PromotionAnswer> {
  const { cloud, person } = context;
  return answerOf(context, await cloud.promote({ dataset: checkedDataset(dataset), rollback: true, to, by: person }));
}

export function printPromotion({ dataset, modelId, promoted, reason, current }: PromotionAnswer): string {
  const serves = current === null ? 'No model serves.' : `${current} serves.`;
  if (promoted) return `${modelId} serves now${reason ? `: ${reason}` : ''}.`;
  const worse = reason?.includes('worse') ? `\nAll the same: goldpan models promote ${dataset} ${modelId} --force` : '';
  return `Nothing was moved: ${reason ?? 'no reason was given'}. ${serves}${worse}`.replace('..', '.');
}

async function answerOf({ cloud }: Context, { dataset, modelId, status, reason }: Promotion): Promise<PromotionAnswer> {
  const current = await readCurrentModel(cloud.data, dataset);
  return { dataset, modelId, promoted: status === 'promoted', reason, current: current?.modelId ?? null };
}
