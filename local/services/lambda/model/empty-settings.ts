import type { CreateFunctionCommandInput } from '@aws-sdk/client-lambda'
import { NotSimulated } from '../../../errors.ts'

/** Settings that ask for nothing as long as they are empty, as tools send them, each with the way out. */
const mustBeEmpty = {
  Layers: 'Bundle what the layers hold with the function.',
  VpcConfig: 'Functions reach the local cloud on the loopback interface: leave it out.',
  FileSystemConfigs: 'Keep files in S3, or state in a table.',
  KMSKeyArn: 'Variables are kept in memory here: leave it out.',
  ImageConfig: 'Packages are of type Zip here: leave it out.',
} as const

type Name = keyof typeof mustBeEmpty

export const emptySettings = Object.keys(mustBeEmpty) as readonly Name[]

/** @throws NotSimulated */
export function checkEmpty(input: Partial<Pick<CreateFunctionCommandInput, Name>>): void {
  const given = emptySettings.find((name) => !isEmpty(input[name]))
  if (given) throw new NotSimulated(`the member ${given} of a function`, mustBeEmpty[given])
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.values(value).every((member) => isEmpty(member) || member === false))
