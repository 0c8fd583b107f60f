import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { AssemblyStack } from '../../local/assembly/index.ts'
import { CommandFailure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { cdk } from './cdk.ts'
import type { Target } from './target.ts'

/** The templates refuse an older one: see their rule CheckBootstrapVersion. */
const NEEDED = 6

/** Prepares account and region for CDK deployments (bucket, roles), once; later calls see that it is done. */
export async function bootstrapOnce(
  terminal: Terminal,
  target: Target,
  assembly: string,
  stacks: readonly AssemblyStack[],
): Promise<void> {
  const version = await versionOf(versionParameter(stacks))
  if (version !== undefined && version >= NEEDED) return
  const place = `aws://${target.account}/${target.region}`
  terminal.heading(`Bootstrapping ${place}: once per account and region`)
  const code = await cdk(target, assembly, 'bootstrap', place)
  if (code !== 0)
    throw new CommandFailure(
      `${place} is not bootstrapped; the CDK command line says why above. It needs CloudFormation, S3, IAM, ECR and SSM there.`,
    )
}

/** @throws CommandFailure where nothing can be deployed, because account and region were never prepared */
export async function refuseUnprepared({ account, region }: Target, stacks: readonly AssemblyStack[]): Promise<void> {
  if ((await versionOf(versionParameter(stacks))) !== undefined) return
  throw new CommandFailure(
    `aws://${account}/${region} is not bootstrapped, so nothing of the app is deployed there. npm run deploy does both; is it the right region?`,
  )
}

/** Its name holds the qualifier, which an app may change. */
function versionParameter(stacks: readonly AssemblyStack[]): string {
  const named = stacks.map(({ template }) => template.Parameters?.BootstrapVersion?.Default)
  return String(named.find((name) => name !== undefined) ?? '/cdk-bootstrap/hnb659fds/version')
}

async function versionOf(Name: string): Promise<number | undefined> {
  const client = new SSMClient({})
  try {
    return Number((await client.send(new GetParameterCommand({ Name }))).Parameter?.Value)
  } catch (error) {
    if ((error as Error).name === 'ParameterNotFound') return undefined
    throw error
  } finally {
    client.destroy()
  }
}
