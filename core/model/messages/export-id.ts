// The id of a background export: the same request is the same export, which goes on where it was.
import { contentName, hashOf } from '#core/base/hash.ts';
import { ExportRequest } from './draw-export.ts';

export function exportIdOf(request: ExportRequest): string {
  return contentName(hashOf(ExportRequest.parse(request)));
}
