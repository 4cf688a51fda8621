// Marks what is drawn as generated: which model, prior and seed produced it.
import { type CodeSource, HEADER, type Output } from '#core/model/messages/endpoint-api.ts';

/** https://cv.iptc.org/newscodes/digitalsourcetype/ */
const SOURCE_TYPES = 'http://cv.iptc.org/newscodes/digitalsourcetype/';
export const TRAINED_MEDIA = `${SOURCE_TYPES}trainedAlgorithmicMedia`;

export type Provenance = {
  readonly modelId: string;
  readonly seed: number;
  readonly prior: CodeSource;
  readonly output: Output;
  readonly label: string | null;
};

/** Returns the headers that every drawn answer has, whatever its media type. */
export function provenanceHeaders(contentType: string, { modelId, seed, prior, output, label }: Provenance) {
  return {
    'content-type': contentType,
    [HEADER.model]: modelId,
    [HEADER.seed]: String(seed),
    [HEADER.machineGenerated]: 'true',
    [HEADER.prior]: prior,
    [HEADER.output]: output,
    ...(label === null ? {} : { [HEADER.label]: encodeURIComponent(label) }),
  };
}

/**
 * Returns an XMP packet with the IPTC digital source type. Only a label can contain characters that XML must escape.
 */
export function xmpOf({ modelId, seed, prior, output, label }: Provenance): string {
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:goldpan="urn:goldpan:xmp"',
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
    ` Iptc4xmpExt:DigitalSourceType="${SOURCE_TYPES}${sourceTypeOf(output)}"`,
    ` goldpan:model="${modelId}" goldpan:seed="${seed}" goldpan:prior="${prior}" goldpan:output="${output}"`,
    label === null ? '/>' : ` goldpan:label="${escaped(label)}"/>`,
    '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>',
  ].join('');
}

/** A repaired image is partly a camera image, and a hybrid of two pictures was not made by a model. */
function sourceTypeOf(output: Output): string {
  if (output === 'morphed') return 'composite';
  return output === 'repaired' ? 'compositeWithTrainedAlgorithmicMedia' : 'trainedAlgorithmicMedia';
}

/** Replaces control characters, which XML cannot contain, by spaces. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')
    .replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
