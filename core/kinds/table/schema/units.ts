// Units that may stand behind a number without being part of a code.

/** Signs and names that are written right behind a number. Other letters there are more often part of a code: 12a, 05C. */
const ATTACHED =
  /^(%|‰|°|°C|°F|[€$£¥₹]|nm|[µu]m|mm|cm|dm|m|km|in|ft|yd|mi|ha|[mck]?m[²³23]|[µumck]?g|t|lbs?|oz|[mcdh]?l|ml|[nµum]?s|min|h|hrs?|d|px|pt|em|rem|[mkM]?V|[mkMG]?W|k?Wh|MWh|m?A|m?Ah|[kMGT]?Hz|[kMGT]i?B|kbps|Mbps|bps|dB|[hkM]?Pa|m?bar|psi|k?N|k?J|k?cal|rpm|mph|km\/h|m\/s|mol|ppm|USD|EUR|GBP)$/;
const LONGEST = 8;

/** `unit`: with the space before it, where one stands between number and unit. */
export function isKnownUnit(unit: string): boolean {
  if (ATTACHED.test(unit.trim())) return true;
  return unit.startsWith(' ') && unit.trim().length <= LONGEST;
}
