import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { BundledHandler } from '../../lib/constructs/bundle/bundle.ts'
import { stage } from '../../lib/constructs/bundle/handler-code.ts'

interface AssetManifest {
  readonly files: Record<string, { readonly source: { path: string }; readonly displayName?: string }>
}

/**
 * Makes `to` the assembly `from` with other code: each function whose bundle has changed gets an asset of its own. What a synth
 * would change beside the code stays as it was.
 * @param assets folder for the code; it must stay as long as functions run from it
 * @returns names of the functions that have changed
 */
export function recode(
  from: string,
  to: string,
  assets: string,
  bundled: ReadonlyMap<string, BundledHandler>,
): readonly string[] {
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  const documents = readdirSync(from).filter((name) => name.endsWith('.json'))
  for (const name of documents) cpSync(join(from, name), join(to, name))
  const changed = new Map<string, string>()
  const names: string[] = []
  for (const name of documents.filter((file) => file.endsWith('.assets.json'))) {
    const manifest = JSON.parse(readFileSync(join(to, name), 'utf8')) as AssetManifest
    for (const [hash, file] of Object.entries(manifest.files)) {
      const staged = resolve(from, file.source.path)
      if (existsSync(staged)) file.source.path = staged
      const handler = bundled.get(file.displayName?.replace(/ code$/, '') ?? '')
      if (!handler || handler.hash === hash) continue
      const folder = resolve(assets, `asset.${handler.hash}`)
      stage(folder, handler)
      file.source.path = folder
      changed.set(hash, handler.hash)
      names.push(String(file.displayName).replace(/ code$/, ''))
    }
    writeFileSync(join(to, name), JSON.stringify(manifest))
  }
  for (const name of changed.size === 0 ? [] : documents) replaceAll(join(to, name), changed)
  return names
}

/** Asset keys stand in templates and manifests alike. */
function replaceAll(file: string, changed: ReadonlyMap<string, string>): void {
  const text = readFileSync(file, 'utf8')
  const replaced = text.replace(/[0-9a-f]{64}/g, (hash) => changed.get(hash) ?? hash)
  if (replaced !== text) writeFileSync(file, replaced)
}
