// The rules for audio data: what is looked for, what may be done about it, and from where on.
import type { Rule } from '../rule.ts';

export const AUDIO_RULES = {} as const satisfies Partial<Record<`audio.${string}` | 'item.personal-data', Rule>>;
