import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AssemblyError } from './error.ts'
import type { Template } from './template.ts'

/** One stack of a cloud assembly. */
export interface AssemblyStack {
  readonly name: string
  /** `account/region` that the stack is bound to; `undefined` for the parts that are left open. */
  readonly account: string | undefined
  readonly region: string | undefined
  readonly template: Template
  readonly parameters: Readonly<Record<string, string>>
  /** Asset manifests of the assembly, by which the template's S3 locations become local paths. */
  readonly assetManifests: readonly string[]
  readonly folder: string
}

interface Artifact {
  readonly type: string
  readonly environment?: string
  readonly dependencies?: readonly string[]
  readonly properties?: {
    readonly templateFile?: string
    readonly stackName?: string
    readonly parameters?: Readonly<Record<string, string>>
    readonly file?: string
    readonly directoryName?: string
  }
}

/**
 * The stacks of a cdk.out folder, those that others depend on first; stages (nested assemblies) in their place.
 * @throws AssemblyError
 */
export function readAssembly(folder: string): AssemblyStack[] {
  const { artifacts = {} } = readJson(join(folder, 'manifest.json'), folder) as { artifacts?: Record<string, Artifact> }
  const assetManifests = Object.values(artifacts)
    .filter(({ type }) => type === 'cdk:asset-manifest')
    .map(({ properties }) => join(folder, properties?.file ?? ''))
  return inOrder(artifacts).flatMap((id) => {
    const artifact = artifacts[id] as Artifact
    if (artifact.type === 'cdk:cloud-assembly')
      return readAssembly(join(folder, artifact.properties?.directoryName ?? ''))
    return artifact.type === 'aws:cloudformation:stack' ? [readStack(folder, id, artifact, assetManifests)] : []
  })
}

function readStack(folder: string, id: string, artifact: Artifact, assetManifests: readonly string[]): AssemblyStack {
  const { templateFile = `${id}.template.json`, stackName = id, parameters = {} } = artifact.properties ?? {}
  const [, account, region] = /^aws:\/\/([^/]*)\/(.*)$/.exec(artifact.environment ?? '') ?? []
  return {
    name: stackName,
    account: account === 'unknown-account' ? undefined : account,
    region: region === 'unknown-region' ? undefined : region,
    template: readJson(join(folder, templateFile), folder) as Template,
    parameters,
    assetManifests,
    folder,
  }
}

/** Artifact ids, dependencies first, else in the manifest's order. */
function inOrder(artifacts: Readonly<Record<string, Artifact>>): string[] {
  const ordered: string[] = []
  const seen = new Set<string>()
  const visit = (id: string): void => {
    if (seen.has(id)) return
    seen.add(id)
    for (const dependency of artifacts[id]?.dependencies ?? []) visit(dependency)
    if (artifacts[id]) ordered.push(id)
  }
  for (const id of Object.keys(artifacts)) visit(id)
  return ordered
}

function readJson(file: string, folder: string): unknown {
  if (!existsSync(file))
    throw new AssemblyError(
      `${folder} is no complete cloud assembly: ${file} is missing. Write it with \`npx cdk synth\`.`,
      [],
    )
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new AssemblyError(`${file} is not JSON: ${(error as Error).message}`, [])
  }
}
