import { Command } from 'commander'
import { contracts } from '../../contracts/index.ts'
import { didYouMean } from '../did-you-mean.ts'
import { CommandFailure } from '../failure.ts'
import { mendable, useLocalEndpoint } from '../local-endpoint.ts'
import { Terminal } from '../terminal.ts'
import { DEFAULT_PORT } from './port.ts'

interface Options {
  readonly id?: string
  readonly app: string
}

export const publishCommand = new Command('publish')
  .description('publish one event, or send one command, to a running system')
  .argument('<type>', 'name of the contract, such as orders.PlaceOrder')
  .argument('<json>', "the message's data")
  .option('--id <text>', 'identity of the message: publishing again under the same id has no second effect')
  .option('--app <prefix>', "the deployment's prefix", 'shop')
  .addHelpText(
    'after',
    `\nThe endpoint is AWS_ENDPOINT_URL, or that of a running npm start (port ${DEFAULT_PORT}).\nTypes: ${contracts.map(({ name }) => name).join(', ')}`,
  )
  .action(async (type: string, json: string, { id, app }: Options) => {
    useLocalEndpoint()
    const data = parse(json)
    const names = contracts.map(({ name }) => name)
    const contract = contracts.find(({ name }) => name === type)
    if (!contract)
      throw new CommandFailure(
        `There is no contract ${type}.${didYouMean(type, names)} Contracts: ${names.join(', ')}.`,
        2,
      )
    const { createBus } = await import('../../messaging/index.ts')
    const bus = createBus({ app })
    const options = id === undefined ? {} : { id }
    // What the contract's type would check at compile time, its schema checks here.
    const sending =
      contract.kind === 'event'
        ? bus.publish(contract as never, data as never, options)
        : bus.send(contract as never, data as never, options)
    const sent = await sending.catch((error: Error) => {
      const text = mendable(error)
      throw text === undefined ? error : new CommandFailure(text)
    })
    new Terminal().line(`${contract.kind === 'event' ? 'published' : 'sent'} ${type} ${sent.id}`)
  })

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new CommandFailure(`The data is not JSON: ${(error as Error).message}. Write it as '{"orderId":"…"}'.`, 2)
  }
}
