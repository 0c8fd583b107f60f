import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { FileAssetPackaging, Lazy, Stack, Stage } from 'aws-cdk-lib'
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct, IConstruct } from 'constructs'
import { type BundledHandler, bundle, ENTRY_FILE } from './bundle.ts'

/** File of a cloud assembly that tells each function's source file, relative to the app's folder: by it a saved file finds its functions. */
export const HANDLERS = 'handlers.json'

const apps = new WeakMap<IConstruct, HandlerCode>()

/**
 * The code of all of an app's functions. Functions name their files as they are constructed; at synth everything is bundled in
 * one run, and each function gets an asset of its own, so that an edit redeploys just the functions that it reaches.
 */
export class HandlerCode {
  readonly #entries = new Map<string, string>()
  #bundled: ReadonlyMap<string, BundledHandler> | undefined

  static of(scope: Construct): HandlerCode {
    const app = scope.node.root
    const code = apps.get(app) ?? new HandlerCode()
    apps.set(app, code)
    return code
  }

  /**
   * @param name unique in the app
   * @param file absolute path of the source file
   * @throws Error where the name stands for another file already
   */
  add(scope: Construct, name: string, file: string): CfnFunction.CodeProperty {
    const known = this.#entries.get(name)
    if (known !== undefined && known !== file)
      throw new Error(`Function ${name} is made of two files: ${known} and ${file}`)
    if (this.#bundled !== undefined)
      throw new Error(`Function ${name} comes too late: the handlers are bundled already`)
    this.#entries.set(name, file)
    let location: { readonly bucketName: string; readonly objectKey: string } | undefined
    const locate = () => {
      location ??= this.#asset(scope, name)
      return location
    }
    return {
      s3Bucket: Lazy.string({ produce: () => locate().bucketName }),
      s3Key: Lazy.string({ produce: () => locate().objectKey }),
    }
  }

  #bundle(outdir: string): ReadonlyMap<string, BundledHandler> {
    const root = process.cwd()
    const files = [...this.#entries].map(([name, file]) => [name, relative(root, file)] as const).sort()
    writeFileSync(join(outdir, HANDLERS), JSON.stringify(Object.fromEntries(files), undefined, 1))
    return bundle(root, this.#entries)
  }

  #asset(scope: Construct, name: string) {
    const outdir = Stage.of(scope)?.assetOutdir
    if (outdir === undefined) throw new Error(`Function ${name} belongs to no app`)
    this.#bundled ??= this.#bundle(outdir)
    const handler = this.#bundled.get(name)
    if (handler === undefined) throw new Error(`Function ${name} was not bundled`)
    const fileName = `asset.${handler.hash}`
    stage(join(outdir, fileName), handler)
    return Stack.of(scope).synthesizer.addFileAsset({
      fileName,
      packaging: FileAssetPackaging.ZIP_DIRECTORY,
      sourceHash: handler.hash,
      displayName: `${name} code`,
    })
  }
}

/** Writes a function's code where nothing of that name is. */
export function stage(folder: string, handler: BundledHandler): void {
  if (existsSync(join(folder, ENTRY_FILE))) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, ENTRY_FILE), handler.code)
}
