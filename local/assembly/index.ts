import type { CloudContext, Service } from '../service.ts'

export interface DeployedStack {
  readonly name: string
  readonly outputs: Readonly<Record<string, string>>
}

/** Being written; see local/service.ts for what it works on. */
export function deployAssembly(
  _context: CloudContext,
  _services: readonly Service[],
  folder: string,
  _options: { parameters: Readonly<Record<string, string>> },
): Promise<readonly DeployedStack[]> {
  return Promise.reject(new Error(`${folder}: the assembly loader is not here yet`))
}
