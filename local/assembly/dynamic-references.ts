import { AwsError } from '../errors.ts'
import type { CloudContext } from '../service.ts'
import { AssemblyError } from './error.ts'

const pattern = /\{\{resolve:([a-z-]+):([^}]+)\}\}/g

/**
 * Replaces `{{resolve:ssm:name[:version]}}` and `{{resolve:ssm-secure:...}}` in every string of a value.
 * @throws AssemblyError for other services, and for parameters that do not exist
 */
export async function resolveDynamic(context: CloudContext, where: string, value: unknown): Promise<unknown> {
  if (typeof value === 'string') return value.includes('{{resolve:') ? inText(context, where, value) : value
  if (Array.isArray(value)) return Promise.all(value.map((element) => resolveDynamic(context, where, element)))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(
    async ([key, member]) => [key, await resolveDynamic(context, where, member)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}

async function inText(context: CloudContext, where: string, text: string): Promise<string> {
  let resolved = text
  for (const [whole, service = '', key = ''] of text.matchAll(pattern))
    resolved = resolved.replace(whole, await valueFor(context, where, service, key))
  return resolved
}

async function valueFor(context: CloudContext, where: string, service: string, key: string): Promise<string> {
  if (service !== 'ssm' && service !== 'ssm-secure')
    throw new AssemblyError(`${where}: the dynamic reference to ${service} is not simulated; use an SSM parameter`, [])
  try {
    const { Parameter } = await context.call<object, { Parameter?: { Value?: string } }>({
      caller: context.administrator,
      service: 'ssm',
      action: 'GetParameter',
      input: { Name: key, WithDecryption: service === 'ssm-secure' },
    })
    return Parameter?.Value ?? ''
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new AssemblyError(`${where}: {{resolve:${service}:${key}}} failed: ${error.code} ${error.message}`, [])
  }
}
