import { type ContractDeclaration, stepsOf } from '../../../messaging/index.ts'
import type { System } from '../system.ts'

/** Commands without exactly one owner, and events of services that do not exist. */
export function contractProblems(system: System): readonly string[] {
  const published = new Set(system.services.flatMap((service) => service.published.map((event) => event.name)))
  return [
    ...ownerProblems(system),
    ...stepProblems(system),
    ...responderProblems(system),
    ...system.events.filter(({ name }) => !published.has(name)).map((event) => strange(event, system)),
  ]
}

/** Sagas that nobody owns are started, and steps that nobody handles, or two. */
function stepProblems(system: System): readonly string[] {
  const known = system.sagas.map(({ name }) => name)
  const started = [...new Set(system.services.flatMap((service) => service.started))]
  const contracts = [
    ...new Set(system.sagas.flatMap(({ nodes }) => stepsOf(nodes).map(({ contract }) => contract.name))),
  ]
  return [
    ...started.filter((name) => !known.includes(name)).map((name) => `saga ${name} is started, and no service owns it`),
    ...contracts.sort().flatMap((name) => {
      const handlers = system.stepsNamed(name).map(({ declaration }) => `'${declaration.id}'`)
      return handlers.length > 1 ? [`step ${name} has ${handlers.length} handlers, ${handlers.join(' and ')}`] : []
    }),
  ]
}

function ownerProblems(system: System): readonly string[] {
  const sent = system.services.flatMap((service) => [
    ...service.sent,
    ...service.endpoints.flatMap((endpoint) => endpoint.declaration.sends),
  ])
  const commands = new Set(
    [...sent, ...system.services.flatMap((service) => service.owned)].map((command) => command.name),
  )
  return [...commands].sort().flatMap((command) => {
    const owners = system.ownersOf(command).map((owner) => `'${owner.id}'`)
    if (owners.length === 0) return [`command ${command} is sent, and no worker owns it`]
    return owners.length > 1
      ? [`command ${command} has ${owners.length} owners, ${owners.join(' and ')}: it can have one queue`]
      : []
  })
}

function responderProblems(system: System): readonly string[] {
  const responders = system.services.flatMap((service) => service.responders.map(({ declaration }) => declaration))
  return [...Map.groupBy(responders, ({ query }) => query)].flatMap(([query, owners]) =>
    owners.length > 1 ? [`query ${query} has ${owners.length} responders: it can have one`] : [],
  )
}

const strange = ({ name }: ContractDeclaration, system: System): string => {
  const consumers = system.consumers.filter(({ on }) => on !== 'every event' && on.some((event) => event.name === name))
  return `event ${name} is consumed by ${consumers.map(({ id }) => `'${id}'`).join(', ')}, and no consumer publishes it`
}
