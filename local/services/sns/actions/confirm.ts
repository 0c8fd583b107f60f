import type { ConfirmSubscriptionCommandInput, ConfirmSubscriptionCommandOutput } from '@aws-sdk/client-sns'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { checkArn } from '../arn.ts'
import { invalidParameter } from '../errors.ts'

/** Queues and functions of the account confirm themselves, so that no token is ever given out. */
export const confirmAction: Record<string, Action> = {
  ConfirmSubscription: action<ConfirmSubscriptionCommandInput, ConfirmSubscriptionCommandOutput>({
    accepts: ['TopicArn', 'Token'],
    noEffect: ['AuthenticateOnUnsubscribe'],
    access: ({ TopicArn = '*' }) => [{ action: 'sns:ConfirmSubscription', resource: TopicArn }],
    run: ({ TopicArn = '', Token = '' }) => {
      checkArn('TopicArn', TopicArn)
      if (!/^[0-9a-f]{64,}$/.test(Token)) throw new AwsError('InvalidParameterException', 'Invalid token')
      throw invalidParameter('Token')
    },
  }),
}
