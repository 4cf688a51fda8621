// The process that reads untrusted tables. It has access to one folder, has no credentials, and may be killed at any moment.
import { faultText } from '#core/kinds/table/process/fault-text.ts';
import type { ReaderReply, ReaderRequest } from '#core/kinds/table/process/protocol.ts';
import { tableReader } from '#core/kinds/table/process/table-reader.ts';

const reader = tableReader();

process.on('message', (request: ReaderRequest) => {
  // From here on, a crash of this process is caused by the table.
  send({ begun: true });
  answer(request).then(
    (result) => send({ result }),
    (error: unknown) => send({ fault: faultText(error) }),
  );
});
process.on('disconnect', () => process.exit());

function answer(request: ReaderRequest): Promise<unknown> {
  if (request.type === 'open') return reader.open(request);
  return request.type === 'infer' ? reader.infer() : reader.check(request);
}

function send(reply: ReaderReply<unknown>): void {
  process.send?.(reply);
}
