import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AssemblyStack, readAssembly } from '../../local/assembly/index.ts'
import { CommandFailure } from '../failure.ts'

interface Template {
  readonly Resources: Record<string, { readonly Type: string; DependsOn?: string | readonly string[] }>
}

interface AssetManifest {
  readonly files: Readonly<Record<string, { readonly source: { readonly path?: string } }>>
}

/**
 * Copies a cloud assembly without the resources of some types, for an endpoint that does not know them.
 * @throws CommandFailure where the templates have none of a type
 */
export function leaveOut(from: string, to: string, types: readonly string[]): void {
  refuseAbsent(readAssembly(from), types)
  rmSync(to, { recursive: true, force: true })
  cpSync(from, to, { recursive: true })
  for (const file of readdirSync(to).filter((name) => name.endsWith('.template.json'))) {
    const path = join(to, file)
    const template = JSON.parse(readFileSync(path, 'utf8')) as Template
    if (!remove(template, types)) continue
    writeFileSync(path, JSON.stringify(template))
    rename(to, file, createHash('sha256').update(readFileSync(path)).digest('hex'))
  }
}

function refuseAbsent(stacks: readonly AssemblyStack[], types: readonly string[]): void {
  const there = new Set(stacks.flatMap(({ template }) => Object.values(template.Resources).map(({ Type }) => Type)))
  const absent = types.filter((type) => !there.has(type))
  if (absent.length > 0)
    throw new CommandFailure(
      `--leave-out: the templates have no ${absent.join(', ')}. They have ${[...there].sort().join(', ')}.`,
      2,
    )
}

/** Whether there was anything to remove. */
function remove({ Resources }: Template, types: readonly string[]): boolean {
  const gone = Object.keys(Resources).filter((id) => types.includes(Resources[id]?.Type ?? ''))
  for (const id of gone) delete Resources[id]
  for (const resource of Object.values(Resources)) {
    if (resource.DependsOn === undefined) continue
    const needed = [resource.DependsOn].flat().filter((id) => !gone.includes(id))
    if (needed.length > 0) resource.DependsOn = needed
    else delete resource.DependsOn
  }
  return gone.length > 0
}

/** A template is an asset under the hash of its content: under the old one an upload would be skipped as done. */
function rename(folder: string, file: string, hash: string): void {
  const manifest = join(folder, file.replace('.template.json', '.assets.json'))
  const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as AssetManifest
  const old = Object.keys(files).find((key) => files[key]?.source.path === file)
  if (old === undefined) throw new Error(`${manifest} lacks ${file}`)
  for (const path of [manifest, join(folder, 'manifest.json')])
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(old, hash))
}
