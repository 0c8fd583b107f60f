import { type ConsumerDeclaration, under } from '../../../messaging/index.ts'
import { consumerName, deadLetterQueueName, queueName } from '../../../messaging/names.ts'
import { filterProblems } from '../../../messaging/where.ts'
import { directRuleName, undeliveredQueueName } from '../resource-names.ts'
import type { System } from '../system.ts'

const QUEUE_NAME = 80
const FUNCTION_NAME = 64
const RULE_NAME = 64

/** What each consumer asks for and AWS, or delivery, would not give it. */
export const consumerProblems = (system: System): readonly string[] =>
  system.consumers.flatMap((consumer) =>
    problemsOf(consumer, system.app).map((problem) => `'${consumer.id}': ${problem}`),
  )

function problemsOf(consumer: ConsumerDeclaration, app: string): readonly string[] {
  const { id, on, where, delivery } = consumer
  const contracts = on === 'every event' ? [] : on
  const names = [queueName, deadLetterQueueName, undeliveredQueueName].map((name) => name(app, id, delivery.ordered))
  const ordered = contracts.filter((contract) => contract.route === 'ordered')
  const rules: readonly (readonly [broken: boolean, message: string])[] = [
    ...names.map((name) => [name.length > QUEUE_NAME, `queue name ${name} is longer than ${QUEUE_NAME}`] as const),
    [
      consumerName(app, id).length > FUNCTION_NAME,
      `function name ${consumerName(app, id)} is longer than ${FUNCTION_NAME}`,
    ],
    [directRuleName(app, id).length > RULE_NAME, `rule name ${directRuleName(app, id)} is longer than ${RULE_NAME}`],
    [
      consumer.kind === 'consumer' && delivery.ordered && ordered.length < contracts.length,
      'only ordered events can reach a FIFO queue: a rule and a standard topic set no message group',
    ],
    ...(where
      ? filterProblems(under(['detail', 'data'], where)).map((problem) => [true, `where: ${problem}`] as const)
      : []),
  ]
  return rules.filter(([broken]) => broken).map(([, message]) => message)
}
