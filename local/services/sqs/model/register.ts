import type { Message } from './message.ts'

const PAGE = 256

interface Page {
  readonly messages: (Message | undefined)[]
  living: number
}

/** Messages by place. Places only grow, so pages fill one after the other, and one is dropped when its last message leaves. */
export class Register {
  readonly #pages = new Map<number, Page>()
  #newest: Page = { messages: [], living: 0 }
  #newestNumber = -1

  add(message: Message): void {
    const number = Math.floor(message.place / PAGE)
    if (number !== this.#newestNumber) this.#turnTo(number)
    this.#newest.messages[message.place % PAGE] = message
    this.#newest.living += 1
  }

  find(place: number): Message | undefined {
    return this.#pages.get(Math.floor(place / PAGE))?.messages[place % PAGE]
  }

  remove({ place }: Message): void {
    const number = Math.floor(place / PAGE)
    const page = this.#pages.get(number)
    if (!page?.messages[place % PAGE]) return
    page.messages[place % PAGE] = undefined
    page.living -= 1
    if (page.living === 0 && page !== this.#newest) this.#pages.delete(number)
  }

  *[Symbol.iterator](): IterableIterator<Message> {
    for (const { messages } of this.#pages.values()) for (const message of messages) if (message) yield message
  }

  clear(): void {
    this.#pages.clear()
    this.#newestNumber = -1
  }

  #turnTo(number: number): void {
    if (this.#newest.living === 0) this.#pages.delete(this.#newestNumber)
    this.#newest = { messages: new Array<Message | undefined>(PAGE).fill(undefined), living: 0 }
    this.#newestNumber = number
    this.#pages.set(number, this.#newest)
  }
}
