import { resolve } from 'node:path'
import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '../../functions/sandbox/sha256.ts'
import type { DeployedStack } from '../../local/assembly/index.ts'
import { CommandFailure } from '../failure.ts'
import type { Target } from './target.ts'

export type UpdatedStack = Pick<DeployedStack, 'name' | 'status' | 'outputs' | 'changes'>

const PATH = '/_penstock/assembly'

/** The stacks of a running Penstock cloud; `undefined` where something else listens, or the target is AWS. */
export async function localStacks(target: Target): Promise<readonly UpdatedStack[] | undefined> {
  if (target.endpoint === undefined) return undefined
  const { status, body } = await ask(target, 'GET').catch(() => ({ status: 0, body: undefined }))
  return status === 200 ? (body as { stacks?: readonly UpdatedStack[] } | undefined)?.stacks : undefined
}

/**
 * Deploys a cloud assembly to a running Penstock cloud.
 * @throws CommandFailure with what the cloud refused
 */
export async function deployLocally(
  target: Target,
  folder: string,
  { importExisting = false }: { readonly importExisting?: boolean } = {},
): Promise<readonly UpdatedStack[]> {
  const { status, body } = await ask(target, 'PUT', { folder: resolve(folder), importExisting })
  const { stacks, message } = body as { stacks?: readonly UpdatedStack[]; message?: string }
  if (status !== 200 || !stacks) throw new CommandFailure(message ?? `The local cloud answered ${status}.`)
  return stacks
}

async function ask(target: Target, method: string, body?: object): Promise<{ status: number; body: unknown }> {
  const url = new URL(PATH, target.endpoint)
  const signer = new SignatureV4({
    service: 'penstock',
    region: target.region,
    credentials: {
      accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'test',
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'test',
    },
    sha256: Sha256,
  })
  const text = body && JSON.stringify(body)
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/json' },
    ...(text && { body: text }),
  })
  const response = await fetch(url, { method, headers, ...(text && { body: text }) })
  const answer = await response.text()
  try {
    return { status: response.status, body: JSON.parse(answer) }
  } catch {
    return { status: response.status, body: { message: answer.slice(0, 200) } }
  }
}
