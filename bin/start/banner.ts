import type { DeployedStack } from '../../local/assembly/index.ts'
import type { Cloud } from '../../local/cloud.ts'
import type { Terminal } from '../terminal.ts'

export interface Running {
  readonly cloud: Cloud
  readonly stacks: readonly DeployedStack[]
  /** Where the HTTP API's routes begin. */
  readonly apiUrl: string
  /** Milliseconds from the start of the command until requests were answered, without synthesis. */
  readonly readyIn: number
}

/** What is where, and how to talk to it. */
export function printBanner(terminal: Terminal, { cloud, stacks, apiUrl, readyIn }: Running): void {
  const bold = (text: string) => terminal.style('bold', text)
  const dim = (text: string) => terminal.style('dim', text)
  terminal.line(`ready in ${(readyIn / 1000).toFixed(2)} s: ${stacks.length} stacks, ${count(stacks)} resources`)
  terminal.heading('Where')
  terminal.line(`  endpoint  ${bold(cloud.endpoint)} ${dim('(every service; loopback only)')}`)
  terminal.line(`  API       ${bold(apiUrl)} ${dim('(signed requests: IAM is on)')}`)
  terminal.line(
    `  account   ${cloud.account}, ${cloud.region}; your own keys are an administrator's, every function has its role alone`,
  )
  terminal.line(`  seed      ${cloud.kernel.random.seed}`)
  terminal.heading('Queues')
  for (const queue of queuesOf(stacks)) terminal.line(`  ${queue}`)
  terminal.heading('Talk to it')
  for (const line of howTo(cloud, apiUrl)) terminal.line(`  ${line}`)
  printNoEffect(terminal, stacks)
}

const count = (stacks: readonly DeployedStack[]): number =>
  stacks.reduce((sum, stack) => sum + stack.resources.length, 0)

/** Consumers' queues by name; dead-letter queues go without saying. */
function queuesOf(stacks: readonly DeployedStack[]): string[] {
  return stacks
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => type === 'AWS::SQS::Queue')
    .map(({ physicalId }) => physicalId.slice(physicalId.lastIndexOf('/') + 1))
    .filter((name) => !/-(dlq|undelivered)(\.fifo)?$/.test(name))
    .sort()
}

function howTo(cloud: Cloud, apiUrl: string): string[] {
  const body = `'{"country":"France","lines":[{"sku":"22423","description":"Cakestand","quantity":1,"unitPrice":1275}]}'`
  return [
    `export AWS_ENDPOINT_URL=${cloud.endpoint} AWS_REGION=${cloud.region} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test`,
    'aws sqs list-queues   (version 1 of the AWS CLI needs --endpoint-url $AWS_ENDPOINT_URL for SQS)',
    `curl --aws-sigv4 aws:amz:${cloud.region}:execute-api -u test:test -H 'idempotency-key: 1' -H 'content-type: application/json' \\`,
    `  -d ${body} ${apiUrl}/orders`,
    `curl --aws-sigv4 aws:amz:${cloud.region}:execute-api -u test:test ${apiUrl}/orders/ID   (what became of it)`,
    `npm run publish -- inventory.ReceiveGoods '{"receiptId":"g1","lines":[{"sku":"22423","quantity":5}]}'`,
    'in code: any AWS SDK client with these variables; createBus() of messaging/ for contracts',
  ]
}

/** Properties that the templates set and that change nothing here, each kind once. */
function printNoEffect(terminal: Terminal, stacks: readonly DeployedStack[]): void {
  const kinds = new Map<string, { reason: string; times: number }>()
  for (const { type, property, reason } of stacks.flatMap(({ noEffect }) => noEffect)) {
    const key = `${type} ${property}`
    kinds.set(key, { reason, times: (kinds.get(key)?.times ?? 0) + 1 })
  }
  if (kinds.size === 0) return
  terminal.heading('Without effect here')
  for (const [key, { reason, times }] of [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)))
    terminal.line(terminal.style('dim', `  ${key} (${times}): ${reason}`))
}
