/** Where reading tells what its user should know. */
export interface Told {
  note(text: string): void
  warn(text: string): void
}

export const NOT_TOLD: Told = { note() {}, warn() {} }
