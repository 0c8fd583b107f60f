import { CfnRole } from 'aws-cdk-lib/aws-iam'
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import { scheduleGroupName } from '../../messaging/names.ts'
import { fromSource, scheduleGroupArn } from './arns.ts'
import { allow, policyOf } from './policy.ts'
import type { Queue } from './queue.ts'
import { schedulerRoleName } from './resource-names.ts'

/**
 * Holds one worker's commands that are delayed longer than its queue can. Whoever may send the command may make schedules in the
 * group, but only with this role, which reaches no other queue.
 */
export class Schedules extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly app: string; readonly workerId: string; readonly queue: Queue; readonly deadLetters: Queue },
  ) {
    super(scope, id)
    const { app, workerId, queue, deadLetters } = props
    new CfnScheduleGroup(this, 'Group', { name: scheduleGroupName(app, workerId) })
    new CfnRole(this, 'Role', {
      roleName: schedulerRoleName(app, workerId),
      assumeRolePolicyDocument: policyOf([
        {
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Resource: undefined,
          Condition: fromSource(scheduleGroupArn(this, scheduleGroupName(app, workerId))),
        },
      ]),
      policies: [
        {
          policyName: 'Deliver',
          policyDocument: policyOf([
            allow('Deliver', ['sqs:SendMessage'], queue.arn),
            allow('GiveUp', ['sqs:SendMessage'], deadLetters.arn),
          ]),
        },
      ],
    })
  }
}
