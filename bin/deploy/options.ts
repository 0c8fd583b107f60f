import { Option } from 'commander'

/** Which version of the app a command is about. */
export interface AppOptions {
  readonly mode?: 'production' | 'development'
  readonly app: string
  readonly assembly?: string
  /** Resource types. */
  readonly leaveOut?: readonly string[]
}

export const modeOption = new Option(
  '--mode <mode>',
  'production keeps what holds data when its stack goes; development lets it go (default: production on AWS, development at an AWS_ENDPOINT_URL)',
).choices(['production', 'development'])

export const appOption = new Option('--app <prefix>', "the deployment's prefix").default('shop')

export const assemblyOption = new Option(
  '--assembly <folder>',
  'take this cloud assembly instead of synthesizing the app',
)

export const leaveOutOption = new Option(
  '--leave-out <types>',
  'deploy a copy of the templates without resources of these types (AWS::Events::Archive,...), to an emulator that does not know them',
).argParser((text: string) => text.split(',').map((type) => type.trim()))
