// What can be wrong with a clip of sound.
import type { IssueKind } from '../issue-kind.ts';

export const AUDIO_ISSUES = {} as const satisfies Record<`audio.${string}`, IssueKind>;
