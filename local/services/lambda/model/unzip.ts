import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { invalid } from './functions.ts'

/** Lambda's limit of an unzipped deployment package. */
const MAX_UNZIPPED = 262_144_000

const unreadable = () => invalid('Could not unzip uploaded file. Please check your file, then try to upload again.')

/** Writes the files of a zip archive (stored or deflated entries) under the folder. */
export function unzip(archive: Uint8Array, folder: string): void {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength)
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0) throw unreadable()
  try {
    let at = bytes.readUInt32LE(end + 16)
    for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) at = entry(bytes, at, folder)
  } catch (error) {
    // Whatever is wrong is wrong with the archive, but for a disk that is full or closed to us.
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS' ? error : unreadable()
  }
}

/** Extracts one entry of the central directory and returns where the next one starts. */
function entry(bytes: Buffer, at: number, folder: string): number {
  const method = bytes.readUInt16LE(at + 10)
  const size = bytes.readUInt32LE(at + 20)
  const nameLength = bytes.readUInt16LE(at + 28)
  const next = at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  const name = normalize(bytes.toString('utf8', at + 46, at + 46 + nameLength))
  if (name.startsWith('..') || name.startsWith('/')) throw unreadable()
  if (name.endsWith('/')) return next
  const header = bytes.readUInt32LE(at + 42)
  const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28)
  const data = bytes.subarray(start, start + size)
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, method === 0 ? data : inflateRawSync(data, { maxOutputLength: MAX_UNZIPPED }))
  return next
}
