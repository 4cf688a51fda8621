// Says inside a picture that a model drew it, which one, and from which seed.
import type { Output, Prior } from '#core/model/messages/endpoint-api.ts';

const TRAINED_ALGORITHMIC_MEDIA = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

export type Provenance = {
  readonly modelId: string;
  readonly seed: number;
  readonly prior: Prior;
  readonly output: Output;
  readonly label: string | null;
};

/** An XMP packet with IPTC's digital source type. Only a label has characters that XML would have to escape. */
export function xmpOf({ modelId, seed, prior, output, label }: Provenance): string {
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:goldpan="urn:goldpan:xmp"',
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
    ` Iptc4xmpExt:DigitalSourceType="${TRAINED_ALGORITHMIC_MEDIA}"`,
    ` goldpan:model="${modelId}" goldpan:seed="${seed}" goldpan:prior="${prior}" goldpan:output="${output}"`,
    label === null ? '/>' : ` goldpan:label="${escaped(label)}"/>`,
    '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>',
  ].join('');
}

/** Control characters, which XML cannot hold, become spaces. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')
    .replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
