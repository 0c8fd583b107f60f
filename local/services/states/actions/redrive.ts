import type { RedriveExecutionCommandInput, RedriveExecutionCommandOutput } from '@aws-sdk/client-sfn'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { redriveStanding } from '../execution/redrive.ts'
import { checkArn } from '../model/names.ts'
import { on, type StatesParts } from '../parts.ts'

export const redriveAction = (parts: StatesParts): Readonly<Record<string, Action>> => {
  const tokens = new Map<string, string>()
  return {
    RedriveExecution: action<RedriveExecutionCommandInput, RedriveExecutionCommandOutput>({
      accepts: ['executionArn', 'clientToken'],
      access: on('RedriveExecution', 'executionArn'),
      run({ executionArn, clientToken }) {
        const execution = parts.executions.get(checkArn(executionArn, 'execution'))
        const now = parts.context.kernel.clock.now()
        // The same token again is the same request.
        if (clientToken !== undefined && tokens.get(execution.arn) === clientToken)
          return { redriveDate: new Date(execution.redriveDate ?? now) }
        const standing = redriveStanding(execution, now)
        if (standing.redriveStatus === 'NOT_REDRIVABLE')
          throw new AwsError('ExecutionNotRedrivable', standing.redriveStatusReason)
        if (clientToken !== undefined) tokens.set(execution.arn, clientToken)
        parts.executions.redrive(execution)
        return { redriveDate: new Date(now) }
      },
    }),
  }
}
