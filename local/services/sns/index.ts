import type { CloudContext, Service } from '../../service.ts'
import { isKnownPrincipal } from '../iam/principals.ts'
import { confirmAction } from './actions/confirm.ts'
import { permissionActions } from './actions/permissions.ts'
import { publishActions } from './actions/publish.ts'
import { subscribeAction } from './actions/subscribe.ts'
import { subscriptionActions } from './actions/subscriptions.ts'
import { tagActions } from './actions/tags.ts'
import { topicActions } from './actions/topics.ts'
import { FanOut } from './delivery/fan-out.ts'
import { Topics } from './model.ts'
import { snsResources } from './resources.ts'

/** SNS: topics, subscriptions, fan-out. */
export function createSns(context: CloudContext): Service {
  const topics = new Topics(context.kernel, context.account, context.region)
  const fanOut = new FanOut(context)
  return {
    name: 'sns',
    actions: {
      ...topicActions(topics, (principal) => isKnownPrincipal(context, principal)),
      ...subscribeAction(topics, fanOut),
      ...confirmAction,
      ...subscriptionActions(topics, fanOut),
      ...publishActions(context, topics, fanOut),
      ...permissionActions(topics),
      ...tagActions(topics),
    },
    resourcePolicy: (arn) => topics.find(arn)?.policy,
    resources: snsResources(context),
  }
}
