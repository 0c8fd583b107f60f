import { isAbsolute } from 'node:path'
import type { DeployOptions } from '../../assembly/deploy.ts'
import { AssemblyError } from '../../assembly/error.ts'
import type { DeployedStack, Stacks } from '../../assembly/stack.ts'
import type { HttpAnswer, HttpRequest } from '../../service.ts'

/** Creates or updates the stacks of a cloud assembly, a folder on this machine. */
export type Deploy = (folder: string, options: DeployOptions) => Promise<readonly DeployedStack[]>

/** Where a running local cloud is told of a new assembly. `GET` tells what runs, `PUT {folder, parameters, importExisting}` deploys. */
const PATH = '/_penstock/assembly'

interface Asked {
  readonly folder?: unknown
  readonly parameters?: Readonly<Record<string, string>>
  readonly importExisting?: boolean
}

/**
 * The administrative request: signed like any other (scope `penstock`), for the developer's own keys only. A web page cannot send
 * it: a signed header makes a browser ask first, and nobody says yes.
 */
export async function administer(
  request: HttpRequest,
  stacks: Stacks,
  deploy: Deploy,
): Promise<HttpAnswer | undefined> {
  if (request.path !== PATH) return undefined
  const { caller, method } = request
  if (caller.kind !== 'administrator')
    return answer(403, { message: "Only the developer's own keys may deploy; this request is not signed by them." })
  if (method === 'GET') return answer(200, { stacks: stacks.all().map(told) })
  if (method !== 'PUT') return answer(405, { message: `${PATH} takes GET and PUT, not ${method}.` })
  const asked = readBody(request.body)
  if (typeof asked?.folder !== 'string' || !isAbsolute(asked.folder))
    return answer(400, { message: 'The body is {"folder": "/absolute/path/of/cdk.out", "parameters": {}} in JSON.' })
  const { parameters = {}, importExisting = false } = asked
  try {
    const deployed = await request.whileWaiting(deploy(asked.folder, { parameters, importExisting }))
    return answer(200, { stacks: deployed.map(told) })
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error
    return answer(400, { message: error.message })
  }
}

const told = ({ name, status, outputs, changes }: DeployedStack) => ({ name, status, outputs, changes })

const answer = (status: number, body: object): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

function readBody(body: Uint8Array): Asked | undefined {
  try {
    return JSON.parse(Buffer.from(body).toString()) as Asked
  } catch {
    return undefined
  }
}
