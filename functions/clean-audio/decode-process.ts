// The entry point of the process that decodes compressed audio; its bundle is stored beside the function's code.
import '#core/kinds/audio/decode/decode-process.ts';
