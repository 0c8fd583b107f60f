import { claimBucketName, consumerName, deadLetterQueueName, queueName } from '../../../messaging/names.ts'
import { usesClaims } from '../claims.ts'
import { hasSchedules } from '../consumer.ts'
import { readsRuleName, ruleName, schedulerRoleName, undeliveredQueueName } from '../resource-names.ts'
import { readsVersions } from '../resumption.ts'
import type { System } from '../system.ts'

const limits = { queue: 80, function: 64, rule: 64, role: 64, bucket: 63 } as const

interface Name {
  readonly of: string
  readonly kind: keyof typeof limits
  readonly name: string
}

/** Physical names that AWS would refuse: they are made of the app's prefix and the declared ids. */
export const nameProblems = (system: System): readonly string[] =>
  namesOf(system)
    .filter(({ kind, name }) => name.length > limits[kind])
    .map(({ of, kind, name }) => `${of}: ${kind} name ${name} is longer than ${limits[kind]}`)

function namesOf(system: System): readonly Name[] {
  const { app, consumers, events } = system
  const endpoints = system.services.flatMap((service) => service.endpoints.map((endpoint) => endpoint.declaration))
  const queues = [queueName, deadLetterQueueName, undeliveredQueueName]
  return [
    ...consumers.flatMap(({ id, delivery }) =>
      queues.map((nameOf): Name => ({ of: `'${id}'`, kind: 'queue', name: nameOf(app, id, delivery.ordered) })),
    ),
    ...[...consumers, ...endpoints].map(
      ({ id }): Name => ({ of: `'${id}'`, kind: 'function', name: consumerName(app, id) }),
    ),
    ...consumers
      .filter(hasSchedules)
      .map(({ id }): Name => ({ of: `'${id}'`, kind: 'role', name: schedulerRoleName(app, id) })),
    // With the longest of the regions' names.
    ...(system.handlers.some(usesClaims)
      ? [{ of: 'the app', kind: 'bucket', name: claimBucketName(app, '0'.repeat(12), 'ap-southeast-1') } as const]
      : []),
    ...consumers
      .filter(readsVersions)
      .map(({ id }): Name => ({ of: `'${id}'`, kind: 'rule', name: readsRuleName(app, id) })),
    ...events.map((event): Name => ({ of: `event ${event.name}`, kind: 'rule', name: ruleName(app, event) })),
  ]
}
