// Counts what `put` has sent so far, for the moment somebody interrupts it.
import type { Notify } from '#client/events.ts';
import { count, plural } from '#core/base/format.ts';

/** Passes every event on to `notify`. */
export function uploadLog(notify: Notify): { notify: Notify; sentence(): string } {
  const sent = { objects: 0, files: 0 };
  let unchanged = 0;
  let total = 0;
  return {
    notify(event) {
      if (event.type === 'progress' && event.activity === 'upload') total = event.total;
      if (event.type === 'object-sent' && event.unchanged) unchanged += event.files;
      else if (event.type === 'object-sent') {
        sent.objects++;
        sent.files += event.files;
      }
      notify(event);
    },
    sentence() {
      if (sent.objects + unchanged === 0) return 'Interrupted before anything was sent.';
      const before = unchanged > 0 ? `, ${count(unchanged)} were there already` : '';
      const files = `${count(sent.files)} of ${plural(total, 'file')} sent in ${plural(sent.objects, 'object')}${before}`;
      return `Interrupted: ${files}. What was sent is cleaned all the same. The same command continues from here.`;
    },
  };
}
