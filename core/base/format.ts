// Formats amounts for people.

/** Formats a duration: 950 ms, 12.3 s, 2 min 05 s, 3 h 04 min. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** 1,234,567. Not by `toLocaleString`: the first use of it in a process takes 12 ms of CPU time, at every cold start of a function. */
export function count(value: number): string {
  const [whole = '', fraction] = String(Math.round(value * 1000) / 1000).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** "1 file", "12,000 files" */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Formats a share from 0 to 1: "52 %", with one digit "52.4 %". */
export function shareText(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)} %`;
}
