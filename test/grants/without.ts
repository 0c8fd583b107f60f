import { cpSync, globSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { PolicyStatement } from '../../local/service.ts'
import { shopAssembly } from '../e2e/running-shop.ts'

/** A grant as the templates have it: `sid` of a policy of the resource whose logical id matches. */
export interface Removal {
  readonly stack: string
  /** Of the resource that holds the policy. */
  readonly logicalId: RegExp
  /** @default the resource itself is the grant: it is left out */
  readonly sid?: string
  /** @default the whole statement */
  readonly action?: string
}

interface Template {
  readonly Resources: { [logicalId: string]: { readonly Properties: object } }
}

/**
 * The shop's cloud assembly in a folder of its own, without one grant.
 * @throws Error where the templates have no such grant, or several
 */
export async function assemblyWithout(removal: Removal): Promise<string> {
  const assembly = resolve(await shopAssembly())
  const folder = mkdtempSync(join(assembly, '..', 'without-'))
  for (const entry of globSync('*', { cwd: assembly }))
    if (entry.startsWith('asset.')) symlinkSync(join(assembly, entry), join(folder, entry))
    else cpSync(join(assembly, entry), join(folder, entry))
  const file = join(folder, `${removal.stack}.template.json`)
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template
  const removed = remove(template, removal)
  if (removed !== 1) throw new Error(`${removal.stack} has ${removed} grants like ${JSON.stringify(removal)}`)
  writeFileSync(file, JSON.stringify(template))
  return folder
}

function remove({ Resources }: Template, { logicalId, sid, action }: Removal): number {
  let removed = 0
  for (const id of Object.keys(Resources).filter((one) => logicalId.test(one))) {
    if (sid === undefined) {
      delete Resources[id]
      removed += 1
      continue
    }
    for (const statements of statementLists(Resources[id]?.Properties)) {
      const index = statements.findIndex((statement) => statement.Sid === sid)
      const statement = statements[index]
      if (!statement) continue
      const left = action === undefined ? [] : [statement.Action].flat().filter((one) => one !== action)
      if (left.length === [statement.Action].flat().length) continue
      statements.splice(index, 1, ...(left.length > 0 ? [{ ...statement, Action: left as string[] }] : []))
      removed += 1
    }
  }
  return removed
}

/** Every policy's statements, however deep in the properties. */
function statementLists(value: unknown): PolicyStatement[][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'Statement' ? [inner as PolicyStatement[]] : statementLists(inner),
  )
}
