import type { Terminal } from '../terminal.ts'
import type { Target } from './target.ts'

/** Output by name, for each stack that has any. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What a client needs: where the API is, what else the stacks tell, and how to talk to it. */
export function printOutputs(terminal: Terminal, target: Target, outputs: Outputs): void {
  terminal.heading('Deployed')
  terminal.line(`  to        ${target.endpoint ?? 'AWS'}, account ${target.account}, ${target.region}`)
  const api = Object.values(outputs).find(({ ApiUrl }) => ApiUrl !== undefined)?.ApiUrl
  if (api !== undefined)
    terminal.line(`  API       ${terminal.style('bold', api)} (signed requests, scope execute-api)`)
  for (const [stack, values] of Object.entries(outputs))
    for (const [name, value] of Object.entries(values))
      if (name !== 'ApiUrl') terminal.line(`  ${stack}.${name} = ${value}`)
  const variables = Object.entries(target.environment)
    .filter(([name]) => !name.includes('SECRET') && !name.includes('ACCESS_KEY'))
    .map(([name, value]) => `${name}=${value}`)
  terminal.line(`  clients   ${variables.join(' ')}; queues, tables and the API stand in SSM under /penstock/`)
}
