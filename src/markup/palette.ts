/**
 * Colours that people with colour-blindness can tell apart (Okabe and Ito, "Color Universal Design"), ordered so
 * that neighbouring rungs differ in lightness too. A level has the same colour everywhere, whatever else is shown.
 */
export const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#8c6bb1'] as const

/** For a service that is no rung of a ladder. */
const TARGET = '#808890'

/** Index into the palette, or -1 for what is no rung. */
export function colourIndex(levelNumber: number | null): number {
  return levelNumber === null ? -1 : levelNumber % PALETTE.length
}

export function levelColour(levelNumber: number | null): string {
  return PALETTE[colourIndex(levelNumber)] ?? TARGET
}

/** The class that gives a swatch or a line one of our colours; the style sheet has a rule for each of the palette. */
export function swatchClass(colour: string): string {
  const index = (PALETTE as readonly string[]).indexOf(colour)
  return index < 0 ? 'ct' : `c${index}`
}

/** Rules of `swatchClass`: they set the colour that swatches, lines and marks take as the current one. */
export const COLOUR_STYLE = `.ct{color:${TARGET}}${PALETTE.map((colour, index) => `.c${index}{color:${colour}}`).join('')}`
