import type { CloudContext } from '../../../service.ts'
import type { Execution } from '../execution/execution.ts'

/** Tells EventBridge's default bus of a Standard execution's new status. A distributed Map's children are silent. */
export function tellStatus(context: CloudContext, execution: Execution): void {
  if (execution.type === 'EXPRESS' || execution.mapRunArn !== undefined) return
  const { kernel } = context
  void kernel.clock.holding(`states status event of ${execution.name}`, () =>
    context.call({
      caller: context.administrator,
      service: 'events',
      action: 'PutEvents',
      cause: execution.entry,
      input: {
        Entries: [
          {
            Source: 'aws.states',
            DetailType: 'Step Functions Execution Status Change',
            Resources: [execution.arn],
            Detail: JSON.stringify(detailOf(execution)),
          },
        ],
      },
    }),
  )
}

/** Input and output stay out where the event could not hold them. */
const MAX_DATA = 240_000

const detailOf = (execution: Execution) => {
  const included = Buffer.byteLength(execution.input) + Buffer.byteLength(execution.output ?? '') <= MAX_DATA
  return { ...statusOf(execution), ...dataOf(execution, included) }
}

const dataOf = ({ input, output }: Execution, included: boolean) => ({
  input: included ? input : null,
  inputDetails: { included },
  output: included ? (output ?? null) : null,
  outputDetails: output === undefined ? null : { included },
})

const statusOf = (execution: Execution) => ({
  executionArn: execution.arn,
  stateMachineArn: execution.machineArn,
  name: execution.name,
  status: execution.status,
  startDate: execution.startDate,
  stopDate: execution.stopDate ?? null,
  stateMachineVersionArn: execution.versionArn ?? null,
  stateMachineAliasArn: execution.aliasArn ?? null,
  redriveCount: execution.redriveCount,
  redriveDate: execution.redriveDate ?? null,
  redriveStatus: null,
  redriveStatusReason: null,
  error: execution.error ?? null,
  cause: execution.failureCause ?? null,
})
