/** First in, first out, by intended time; adding and taking cost the same however long it is. */
export class ExpiringQueue<Item extends { readonly intendedUs: number }> {
  #items: Item[] = []
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  get first(): Item | undefined {
    return this.#items[this.#head]
  }

  push(item: Item): void {
    this.#items.push(item)
  }

  shift(): Item | undefined {
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    this.#head++
    if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Takes those that were intended at `us` or before. */
  takeUntil(us: number): Item[] {
    const taken: Item[] = []
    for (let first = this.first; first && first.intendedUs <= us; first = this.first) {
      taken.push(first)
      this.shift()
    }
    return taken
  }
}
