import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm'
import type { AnyCommand } from '../contract.ts'
import { QUEUE_DELAY_MS } from '../duration.ts'
import type { CommandDestinations, QueryDestination } from '../environment.ts'
import { parameters } from '../names.ts'
import type { SendOptions } from '../unit.ts'

/** Where a client outside the app's stacks finds what it talks to: in SSM, once each. */
export function directory(app: string) {
  const ssm = new SSMClient({})
  const found = new Map<string, Promise<string>>()
  const find = async (Name: string): Promise<string> => {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name })).catch((cause: unknown) => {
      if (cause instanceof ParameterNotFound)
        throw new Error(`SSM has no parameter ${Name}: is its service deployed?`, { cause })
      throw cause
    })
    if (!Parameter?.Value) throw new Error(`SSM parameter ${Name} is empty`)
    return Parameter.Value
  }
  const look = (name: string): Promise<string> => {
    const known = found.get(name) ?? find(name)
    found.set(name, known)
    // A failed look-up must not be remembered.
    known.catch(() => found.delete(name))
    return known
  }
  return {
    sagaOf: (saga: string): Promise<string> => look(parameters.saga(app, saga)),
    queryDestination: async (name: string): Promise<QueryDestination> =>
      JSON.parse(await look(parameters.query(app, name))),
    claimBucket: (): Promise<string> => look(parameters.claims(app)),
    tableOf: (service: string): Promise<string> => look(parameters.table(app, service)),
    async destinationsOf(
      { name, maxDelay, priorities }: AnyCommand,
      options: SendOptions,
    ): Promise<CommandDestinations> {
      const beyond = (options.delay !== undefined && maxDelay > QUEUE_DELAY_MS) || (priorities && options.priority)
      if (beyond) return JSON.parse(await look(parameters.delays(app, name)))
      return { queues: { [name]: await look(parameters.command(app, name)) } }
    },
  }
}
