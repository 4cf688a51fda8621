// How texts are drawn where nobody says how.

/**
 * The temperature at which drawn tunes have as many different groups of three symbols as real ones, and most of their bars are as long as the metre says
 * (docs/text-models.md, measured).
 */
const OF_TUNES = 0.65;

/** Returns what the logits of symbols are divided by. `notation`: what the texts are written in, where that is no language. */
export function usualTemperature(notation: 'abc' | undefined): number {
  return notation === 'abc' ? OF_TUNES : 1;
}
