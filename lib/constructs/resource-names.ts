import { consumerName, scheduleGroupName, topicName } from '../../messaging/names.ts'

/** Physical names that only the constructs need; those that the kit's code needs as well are in messaging/names.ts. */
export const ruleName = (app: string, event: { readonly name: string }): string =>
  topicName(app, { name: event.name, ordered: false })

/** The rule that takes one consumer's events straight from the bus to its queue. */
export const directRuleName = (app: string, consumerId: string): string => consumerName(app, consumerId)

/** That EventBridge Scheduler acts as for one worker's commands. */
export const schedulerRoleName = (app: string, workerId: string): string => `${scheduleGroupName(app, workerId)}-timer`

/** What a subscription, a direct rule or a schedule could not deliver to the consumer's queue. */
export const undeliveredQueueName = (app: string, consumerId: string, ordered: boolean): string =>
  `${consumerName(app, consumerId)}-undelivered${ordered ? '.fifo' : ''}`

export const relayDeadLetterQueueName = (relay: string): string => `${relay}-dlq`
/** The rule that hears of a consumer's newer code. */
export const readsRuleName = (app: string, consumerId: string): string => `${consumerName(app, consumerId)}-reads`
/** Of a consumer whose own dead-letter queue is FIFO: calls after a deployment that could not be made, or that failed. */
export const deployedDeadLetterQueueName = (app: string, consumerId: string): string =>
  `${consumerName(app, consumerId)}-deployed-dlq`
export const unroutedQueueName = (app: string): string => `${app}-unrouted`
export const alarmTopicName = (app: string): string => `${app}-alarms`
export const logGroupName = (functionName: string): string => `/aws/lambda/${functionName}`
export const apiLogGroupName = (app: string): string => `/aws/apigateway/${app}`
export const archiveName = (app: string): string => `${app}-archive`
export const machineLogGroupName = (machine: string): string => `/aws/vendedlogs/states/${machine}`
export const unrecoveredQueueName = (app: string): string => `${app}-unrecovered`
export const sweepRuleName = (keeper: string): string => `${keeper}-sweep`
