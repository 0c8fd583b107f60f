import crypto from 'node:crypto'

type Done = (error: Error | null, bytes: Buffer) => void

/** Makes everything that a function draws follow from the seed: ids, jitter, nonces. Keys of TLS and the like are not touched. */
export function replaceRandomness(seed: string): void {
  let count = 0
  const { hash } = crypto
  const block = (): Buffer => {
    count += 1
    return hash('sha256', `${seed} ${count}`, 'buffer')
  }
  const bytes = (size: number): Buffer => {
    const blocks: Buffer[] = []
    for (let length = 0; length < size; length += 32) blocks.push(block())
    return Buffer.concat(blocks, size)
  }
  const uuid = (): `${string}-${string}-${string}-${string}-${string}` => {
    const digits = block().toString('hex')
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`
  }
  const fill = <T extends NodeJS.ArrayBufferView | null>(array: T): T => {
    if (array) new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes(array.byteLength))
    return array
  }
  const randomBytes = (size: number, done?: Done): Buffer | undefined => {
    const drawn = bytes(size)
    if (!done) return drawn
    process.nextTick(done, null, drawn)
    return undefined
  }
  const randomInt = (low: number, high?: number): number => {
    const [from, below] = high === undefined ? [0, low] : [low, high]
    return from + (block().readUIntBE(0, 6) % (below - from))
  }
  Math.random = () => block().readUIntBE(0, 6) / 0x1000000000000
  Object.assign(crypto, { randomUUID: uuid, randomBytes, randomInt, randomFillSync: fill })
  Object.defineProperties(crypto.webcrypto, { randomUUID: { value: uuid }, getRandomValues: { value: fill } })
}
