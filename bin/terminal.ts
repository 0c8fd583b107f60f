import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Where a command writes: colours and a moving bar only on a terminal, plain lines elsewhere. */
export class Terminal {
  readonly #stream: NodeJS.WriteStream
  readonly #live: boolean
  #barShown = false
  #lastTenth = -1

  constructor(stream: NodeJS.WriteStream = process.stdout) {
    this.#stream = stream
    this.#live = stream.isTTY === true
  }

  line(text = ''): void {
    this.#clearBar()
    this.#stream.write(`${text}\n`)
  }

  /** `styleText` heeds NO_COLOR and FORCE_COLOR. */
  style(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#stream })
  }

  heading(text: string): void {
    this.line()
    this.line(this.style('bold', text))
  }

  /** `done` of `total`: a bar that moves on a terminal, a line at each tenth elsewhere. */
  progress(label: string, done: number, total: number): void {
    const share = total === 0 ? 1 : Math.min(1, done / total)
    if (this.#live) {
      const width = 30
      const filled = Math.round(share * width)
      this.#stream.write(`\r\u001b[K${label} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done}/${total}`)
      this.#barShown = true
      if (done >= total) this.#clearBar()
      return
    }
    const tenth = Math.floor(share * 10)
    if (tenth === this.#lastTenth) return
    this.#lastTenth = tenth
    this.#stream.write(`${label} ${done}/${total}\n`)
    if (done >= total) this.#lastTenth = -1
  }

  #clearBar(): void {
    if (!this.#barShown) return
    this.#stream.write('\r\u001b[K')
    this.#barShown = false
  }
}
