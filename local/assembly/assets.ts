import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { AssemblyError } from './error.ts'
import type { AssemblyStack } from './manifest.ts'

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string }
        readonly destinations: Readonly<Record<string, { readonly bucketName: string; readonly objectKey: string }>>
      }
    >
  >
}

/** Asset manifests leave these open where a stack is bound to no account or region. */
const placeholder = /\$\{AWS::(AccountId|Region|Partition)\}/g

export type AssetPath = (bucket: string, key: string) => string

/** Reads the asset manifests of a stack: `s3://bucket/key` of its templates -> the local file or folder. */
export function assetPaths(stack: AssemblyStack, account: string, region: string): AssetPath {
  let known: Map<string, string> | undefined
  return (bucket, key) => {
    known ??= readAll(stack, account, region)
    const path = known.get(`${bucket}/${key}`)
    if (path === undefined)
      throw new AssemblyError(
        `Stack ${stack.name} takes code from s3://${bucket}/${key}, which is no asset of its assembly. Write the assembly anew with \`npx cdk synth\`, or pass the code as a CDK asset.`,
        [],
      )
    return path
  }
}

function readAll(stack: AssemblyStack, account: string, region: string): Map<string, string> {
  const known = new Map<string, string>()
  for (const file of stack.assetManifests) {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as AssetManifest
    for (const { source, destinations } of Object.values(manifest.files ?? {}))
      for (const { bucketName, objectKey } of Object.values(destinations)) {
        const path = source.path ?? ''
        const place = (text: string): string =>
          text.replace(placeholder, (_, name: string) => ({ AccountId: account, Region: region })[name] ?? 'aws')
        known.set(`${place(bucketName)}/${place(objectKey)}`, isAbsolute(path) ? path : join(stack.folder, path))
      }
  }
  return known
}
