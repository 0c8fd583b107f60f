import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { format } from 'node:util'
import type { FromWorker } from '../protocol.ts'

type Post = (message: FromWorker) => void

const levels = { debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', trace: 'TRACE' } as const

/** Id of the invocation whose lines are being written, as the Node.js runtime keeps it. */
export const current = { requestId: '' }

/**
 * A line of the runtime's own text format: time, request, level, message, between tabs. Line breaks become carriage returns,
 * as in AWS's runtime: what is logged at once is one event.
 */
export const textLine = (level: string, message: string): string =>
  `${new Date().toISOString()}\t${current.requestId || 'undefined'}\t${level}\t${message.replaceAll('\n', '\r')}`

const jsonLine = (level: string, message: string): string =>
  JSON.stringify({ timestamp: new Date().toISOString(), level, requestId: current.requestId, message })

/** Sends what the function writes to the host, each line as Lambda's runtime words it. */
export function captureOutput(post: Post, jsonLogs: boolean): void {
  const line = jsonLogs ? jsonLine : textLine
  for (const [method, level] of Object.entries(levels))
    Reflect.set(console, method, (...values: unknown[]) => post({ type: 'log', text: line(level, format(...values)) }))
  for (const stream of [process.stdout, process.stderr]) redirect(stream, post)
  redirectDescriptors(post)
}

/** Fast loggers write to the descriptors of the process, which is the host's here. */
function redirectDescriptors(post: Post): void {
  const { writeSync } = fs
  const redirected = (descriptor: number, data: NodeJS.ArrayBufferView | string, ...rest: never[]): number => {
    if (descriptor !== 1 && descriptor !== 2) return writeSync(descriptor, data as string, ...rest)
    const bytes =
      typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    post({ type: 'log', text: withoutNewline(bytes.toString('utf8')) })
    return bytes.length
  }
  Object.assign(fs, { writeSync: redirected })
  syncBuiltinESMExports()
}

const withoutNewline = (text: string): string => (text.endsWith('\n') ? text.slice(0, -1) : text)

/** Powertools and others write to the streams themselves; Lambda logs such writes as they are. */
function redirect(stream: NodeJS.WriteStream, post: Post): void {
  stream.write = (chunk: Uint8Array | string, encoding?: unknown, done?: unknown): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    post({ type: 'log', text: withoutNewline(text) })
    const callback = typeof encoding === 'function' ? encoding : done
    if (typeof callback === 'function') process.nextTick(() => callback())
    return true
  }
}
