// Converts CMYK to RGB without a colour profile: each ink reduces one colour by its share, black reduces all.

/** `inks`: cyan, magenta, yellow, black, 255 for full. Returns red, green, blue. */
export function lightOfInks(inks: Uint8Array): Uint8Array {
  const light = new Uint8Array((inks.length / 4) * 3);
  for (let from = 0, to = 0; from + 3 < inks.length; from += 4) {
    const left = 255 - (inks[from + 3] as number);
    for (let ink = 0; ink < 3; ink++) light[to++] = Math.round((left * (255 - (inks[from + ink] as number))) / 255);
  }
  return light;
}
