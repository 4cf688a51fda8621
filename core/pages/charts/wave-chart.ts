// A clip as it looks: the loudest swing either way, column by column.
import { escapeHtml } from '../html.ts';

const WIDTH = 160;
const HEIGHT = 48;

/** `samples`: int16. */
export function waveChart(title: string, samples: Int16Array): string {
  const columns = Math.min(WIDTH, samples.length);
  let path = '';
  for (let column = 0; column < columns; column++) {
    const end = Math.floor(((column + 1) * samples.length) / columns);
    let low = 0;
    let high = 0;
    for (let i = Math.floor((column * samples.length) / columns); i < end; i++) {
      low = Math.min(low, samples[i] as number);
      high = Math.max(high, samples[i] as number);
    }
    path += `M${column} ${place(high)}V${place(low) + 1}`;
  }
  return `<svg class="chart" role="img" aria-label="${escapeHtml(title)}" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"><path d="${path}" stroke="var(--one)" fill="none"/></svg>`;
}

function place(sample: number): number {
  return Math.round(((HEIGHT - 2) / 2) * (1 - sample / 32_768));
}
