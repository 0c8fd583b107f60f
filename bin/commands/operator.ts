import { Command } from 'commander'
import { DEFAULT_PORT } from './port.ts'

/** What every command takes that looks after a deployment, wherever it is. */
export interface OperatorOptions {
  readonly app: string
  readonly endpoint?: string
  readonly json: boolean
}

const where = `\nThe endpoint is --endpoint, else AWS_ENDPOINT_URL, else AWS where the environment has its keys, else a running npm start (port ${DEFAULT_PORT}).`

export function operatorCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--app <prefix>', "the deployment's prefix", 'shop')
    .option('--endpoint <url>', 'an emulator or a local cloud')
    .option('--json', 'print JSON', false)
    .addHelpText('after', where)
    .exitOverride()
}
