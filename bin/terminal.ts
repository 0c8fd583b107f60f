import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Where a command writes: colours and a moving bar only on a terminal, plain lines elsewhere. */
export class Terminal {
  readonly #stream: NodeJS.WriteStream
  /** Whether a person looks on, rather than a file or a pipe. */
  readonly live: boolean
  #barShown = false
  #lastTenth = -1
  #wroteAt = performance.now()

  constructor(stream: NodeJS.WriteStream = process.stdout) {
    this.#stream = stream
    this.live = stream.isTTY === true
  }

  line(text = ''): void {
    this.#clearBar()
    this.#write(`${text}\n`)
  }

  /** What is being waited for: on a terminal it stands until something else is written, elsewhere it is a line. */
  status(text: string): void {
    if (!this.live) {
      this.line(text)
      return
    }
    this.#write(`\r\u001b[K${this.style('dim', text.slice(0, (this.#stream.columns || 80) - 1))}`)
    this.#barShown = true
  }

  /** Milliseconds since anything was written. */
  get silentFor(): number {
    return performance.now() - this.#wroteAt
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
    if (this.live) {
      const width = 30
      const filled = Math.round(share * width)
      this.#write(`\r\u001b[K${label} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done}/${total}`)
      this.#barShown = true
      if (done >= total) this.#clearBar()
      return
    }
    const tenth = Math.floor(share * 10)
    if (tenth === this.#lastTenth) return
    this.#lastTenth = tenth
    this.#write(`${label} ${done}/${total}\n`)
    if (done >= total) this.#lastTenth = -1
  }

  #clearBar(): void {
    if (!this.#barShown) return
    this.#write('\r\u001b[K')
    this.#barShown = false
  }

  #write(text: string): void {
    this.#wroteAt = performance.now()
    this.#stream.write(text)
  }
}

/** For who writes to another stream: what moves on the terminal's last line would stand before it. */
export function clearLastLine(stream: NodeJS.WriteStream = process.stdout): void {
  if (stream.isTTY) stream.write('\r\u001b[K')
}

/** What a shell says of a program that wrote into a pipe which nobody reads any more. */
const BROKEN_PIPE = 141

/** Ends the process where what it writes goes nowhere (`| head`, a full disk): quietly, or with the reason. */
export function endWithOutput(stream: NodeJS.WriteStream = process.stdout): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(BROKEN_PIPE)
    process.stderr.write(`penstock: The output cannot be written: ${error.message}\n`)
    process.exit(1)
  })
}
