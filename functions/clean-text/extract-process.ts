// The entry point of the process that reads documents; its bundle is stored beside the function's code.
import '#core/kinds/text/extract/extract-process.ts';
