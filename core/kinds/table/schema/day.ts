// Days as ISO 8601 writes them.

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Returns whether the text is an existing day, such as 2024-02-29. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
