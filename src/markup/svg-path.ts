type Drawn = readonly [x: number, y: number]

/**
 * The `d` of a path through points in whole units of the drawing; null interrupts it. Steps are written relative to the
 * point before, those along a level stretch together: a page holds thousands of such lines.
 */
export function pathOf(points: readonly (Drawn | null)[]): string {
  let text = ''
  let last: Drawn | null = null
  let level = 0
  /** The command that a pair of numbers would continue. */
  let isLine = false
  const flat = () => {
    if (level === 0) return
    text += `h${level}`
    level = 0
    isLine = false
  }
  for (const point of points) {
    if (point === null) {
      flat()
      last = null
      continue
    }
    const [x, y] = [Math.round(point[0]), Math.round(point[1])]
    if (last === null) {
      text += `M${x} ${y}`
      isLine = false
    } else if (y === last[1]) level += x - last[0]
    else {
      flat()
      text += `${isLine ? separated(x - last[0]) : `l${x - last[0]}`}${separated(y - last[1])}`
      isLine = true
    }
    last = [x, y]
  }
  flat()
  return text
}

/** A minus sign separates by itself. */
function separated(value: number): string {
  return value < 0 ? String(value) : ` ${value}`
}
