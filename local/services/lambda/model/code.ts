import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { FunctionCode } from './configuration.ts'
import { invalid } from './functions.ts'
import { unzip } from './unzip.ts'

/** Code as CreateFunction and UpdateFunctionCode take it. */
export interface CodeInput {
  readonly ZipFile?: Uint8Array | undefined
  readonly S3Bucket?: string | undefined
  readonly S3Key?: string | undefined
}

/** Where functions' code lies on this machine: a CDK asset's own folder, or a folder of its own for an uploaded archive. */
export class CodeStore {
  /** Asset folders by `bucket/key`, as the deployment of a stack knows them. */
  readonly #assets = new Map<string, string>()
  #root: string | undefined
  #count = 0

  /** Makes an asset known under the bucket and key that a template names it by. */
  addAsset(bucket: string, key: string, folder: string): void {
    this.#assets.set(`${bucket}/${key}`, folder)
  }

  /** Inline source of a template becomes a folder with one file, named as AWS names it. */
  addInline(source: string): { S3Bucket: string; S3Key: string } {
    const folder = this.#newFolder()
    writeFileSync(join(folder, 'index.js'), source)
    const place = { S3Bucket: 'inline', S3Key: createHash('sha256').update(source).digest('hex') }
    this.addAsset(place.S3Bucket, place.S3Key, folder)
    return place
  }

  hasAsset(bucket: string, key: string): boolean {
    return this.#assets.has(`${bucket}/${key}`)
  }

  /** @throws AwsError InvalidParameterValueException */
  resolve(input: CodeInput): FunctionCode {
    if (input.ZipFile?.length === 0) throw invalid('Uploaded file must be a non-empty zip')
    if (input.ZipFile) return this.#unpacked(input.ZipFile)
    if (!input.S3Bucket || !input.S3Key) throw invalid('Please provide a source for function code.')
    const folder = this.#assets.get(`${input.S3Bucket}/${input.S3Key}`)
    if (!folder) throw new TypeError('Code in a bucket is read before it is resolved')
    return statSync(folder).isFile() ? this.#unpacked(readFileSync(folder)) : assetFolder(folder)
  }

  close(): void {
    if (this.#root) rmSync(this.#root, { recursive: true, force: true })
  }

  #newFolder(): string {
    this.#root ??= mkdtempSync(join(tmpdir(), 'penstock-lambda-'))
    this.#count += 1
    const folder = join(this.#root, String(this.#count))
    mkdirSync(folder)
    return folder
  }

  #unpacked(archive: Uint8Array): FunctionCode {
    const folder = this.#newFolder()
    unzip(archive, folder)
    return { folder, size: archive.byteLength, sha256: createHash('sha256').update(archive).digest('base64') }
  }
}

/** CDK names asset folders by a hash of their content. */
function assetFolder(folder: string): FunctionCode {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
  const size = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0)
  // Inline code lies in a numbered folder: there the content says more than the name.
  const content = /^\d+$/.test(basename(folder))
    ? files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'))
    : []
  return {
    folder,
    size,
    sha256: createHash('sha256')
      .update(`${content.join('\n') || basename(folder)}`)
      .digest('base64'),
  }
}
