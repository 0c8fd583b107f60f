/**
 * A binary heap whose elements may die in place: dead ones are dropped when they come to the top, or all at once
 * when they outnumber the living. So no removal ever scans.
 */
export class Heap<T> {
  #elements: T[] = []
  #dead = 0
  readonly #before: (a: T, b: T) => boolean
  readonly #lives: (element: T) => boolean

  constructor(before: (a: T, b: T) => boolean, lives: (element: T) => boolean) {
    this.#before = before
    this.#lives = lives
  }

  push(element: T): void {
    this.#elements.push(element)
    this.#rise(this.#elements.length - 1)
  }

  /** The first living element. */
  peek(): T | undefined {
    for (let first = this.#elements[0]; first !== undefined; first = this.#elements[0]) {
      if (this.#lives(first)) return first
      this.#removeFirst()
      if (this.#dead > 0) this.#dead -= 1
    }
    return undefined
  }

  pop(): T | undefined {
    const first = this.peek()
    if (first !== undefined) this.#removeFirst()
    return first
  }

  /** To be called for each element that died while in the heap. */
  died(): void {
    this.#dead += 1
    if (this.#dead > 64 && this.#dead * 2 > this.#elements.length) this.#compact()
  }

  #compact(): void {
    this.#elements = this.#elements.filter(this.#lives)
    this.#dead = 0
    for (let index = (this.#elements.length >> 1) - 1; index >= 0; index--) this.#sink(index)
  }

  #removeFirst(): void {
    const last = this.#elements.pop()
    if (last === undefined || this.#elements.length === 0) return
    this.#elements[0] = last
    this.#sink(0)
  }

  #rise(start: number): void {
    const elements = this.#elements
    const element = elements[start] as T
    let index = start
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = elements[parent] as T
      if (!this.#before(element, above)) break
      elements[index] = above
      index = parent
    }
    elements[index] = element
  }

  #sink(start: number): void {
    const elements = this.#elements
    const element = elements[start] as T
    let index = start
    for (;;) {
      let child = index * 2 + 1
      if (child >= elements.length) break
      if (child + 1 < elements.length && this.#before(elements[child + 1] as T, elements[child] as T)) child += 1
      const below = elements[child] as T
      if (!this.#before(below, element)) break
      elements[index] = below
      index = child
    }
    elements[index] = element
  }
}
