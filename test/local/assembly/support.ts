import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export interface StackFile {
  readonly template: object
  readonly dependencies?: readonly string[]
  readonly environment?: string
  /** Asset manifest of the stack, as CDK writes it. */
  readonly assets?: object
}

/** Writes a cloud assembly as `cdk synth` would, for as long as the test runs. */
export function writeAssembly(stacks: Readonly<Record<string, StackFile>>, nested: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-assembly-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeStacks(folder, stacks)
  return nested.length === 0 ? folder : inStages(folder, stacks, nested)
}

function writeStacks(folder: string, stacks: Readonly<Record<string, StackFile>>): void {
  const artifacts: Record<string, object> = {}
  for (const [name, { template, dependencies = [], environment, assets }] of Object.entries(stacks)) {
    const file = `${name}.template.json`
    writeFileSync(join(folder, file), JSON.stringify(template))
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment: environment ?? 'aws://unknown-account/unknown-region',
      properties: { templateFile: file },
      dependencies,
    }
    if (!assets) continue
    writeFileSync(join(folder, `${name}.assets.json`), JSON.stringify(assets))
    artifacts[`${name}.assets`] = { type: 'cdk:asset-manifest', properties: { file: `${name}.assets.json` } }
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '36.0.0', artifacts }))
}

/** The same stacks, each in a stage (a nested assembly) of its own, in the order of `stages`. */
function inStages(folder: string, stacks: Readonly<Record<string, StackFile>>, stages: readonly string[]): string {
  const artifacts: Record<string, object> = {}
  for (const name of stages) {
    const directoryName = `assembly-${name}`
    mkdirSync(join(folder, directoryName))
    writeStacks(join(folder, directoryName), { [name]: stacks[name] as StackFile })
    artifacts[directoryName] = { type: 'cdk:cloud-assembly', properties: { directoryName } }
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '36.0.0', artifacts }))
  return folder
}

/** An SSM parameter as a template has it. */
export const parameter = (Value: unknown, more: object = {}): object => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Type: 'String', Value, ...more },
})
