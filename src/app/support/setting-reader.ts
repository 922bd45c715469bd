/**
 * Reads settings from an environment and gathers everything that is wrong with them, a line each. A variable counts
 * under its own name and under `APP_` + name; the prefixed one goes first, since it can only be meant for this app.
 * An empty value is the same as none.
 */
export class SettingReader {
  readonly problems: string[] = []
  readonly #env: NodeJS.ProcessEnv

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env
  }

  text(name: string): string | null {
    return this.#find(name)?.value ?? null
  }

  /** A whole number within a range, both ends included. */
  integer(name: string, fallback: number, range: { min: number; max: number }): number {
    const found = this.#find(name)
    if (found === null) return fallback
    const value = /^-?\d+$/.test(found.value) ? Number(found.value) : Number.NaN
    if (value >= range.min && value <= range.max) return value
    this.#reject(found, `must be a whole number from ${range.min} to ${range.max}`)
    return fallback
  }

  choice<const T extends string>(name: string, options: readonly T[], fallback: T): T {
    const found = this.#find(name)
    if (found === null) return fallback
    const match = options.find((option) => option === found.value)
    if (match !== undefined) return match
    this.#reject(found, `must be one of ${options.join(', ')}`)
    return fallback
  }

  flag(name: string, fallback: boolean): boolean {
    const found = this.#find(name)
    if (found === null) return fallback
    if (['true', '1', 'on', 'yes'].includes(found.value.toLowerCase())) return true
    if (['false', '0', 'off', 'no'].includes(found.value.toLowerCase())) return false
    this.#reject(found, 'must be true or false')
    return fallback
  }

  /** A value that `check` accepts by giving null, or refuses by saying what it must be. */
  checked(name: string, check: (value: string) => string | null): string | null {
    const found = this.#find(name)
    if (found === null) return null
    const complaint = check(found.value)
    if (complaint === null) return found.value
    this.problems.push(`${found.name}: ${complaint}`)
    return null
  }

  list(name: string, check: (item: string) => string | null): string[] {
    const found = this.#find(name)
    if (found === null) return []
    const items = found.value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
    for (const item of items) {
      const complaint = check(item)
      if (complaint !== null) this.problems.push(`${found.name}: "${item}" ${complaint}`)
    }
    return items
  }

  problem(text: string): void {
    this.problems.push(text)
  }

  #find(name: string): { name: string; value: string } | null {
    for (const candidate of [`APP_${name}`, name]) {
      const value = this.#env[candidate]?.trim()
      if (value !== undefined && value !== '') return { name: candidate, value }
    }
    return null
  }

  #reject(found: { name: string; value: string }, rule: string): void {
    this.problems.push(`${found.name}: "${found.value}" is not valid; it ${rule}`)
  }
}
