import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Statement } from '../../lib/constructs/index.ts'
import { HANDLERS } from '../../lib/stacks/services.ts'
import { shop } from '../../lib/stacks/shop.ts'
import { type Declaration, declarationOf } from '../../messaging/index.ts'
import { plain, resourcesOf, statementsOf } from './example/resources.ts'

const declarations = HANDLERS.map(declarationOf)

let app: App
beforeAll(() => {
  const outdir = mkdtempSync(join(tmpdir(), 'shop-roles-'))
  app = new App({ outdir: join(outdir, 'cdk.out'), builtinCloudFormationValidation: false })
  shop(app, { app: 'shop', lockFile: join(outdir, 'penstock.lock.json'), newInLock: 'record' })
})

const actionsOf = ({ Action }: Statement): readonly string[] => [Action].flat()
const valuesOf = ({ Condition = {} }: Statement, key: string): readonly string[] =>
  Object.values(Condition).flatMap((tests) => [tests[key] ?? []].flat() as string[])

const dashed = (id: string) => id.replace('.', '-')
const construct = (id: string) => id.slice(id.indexOf('.') + 1).replaceAll('-', '')

/** Beginnings of the keys that a declaration gives a handler, told without the code that writes the policies. */
function keysOf(declaration: Declaration): readonly string[] {
  const stores = declaration.stores.map(({ name }) => `${name}#`)
  if (declaration.kind === 'endpoint') return [...stores, 'reply#']
  if (declaration.kind === 'responder') return [...stores, 'reply#']
  const effects = declaration.effects.map(({ name }) => `effect#${name}#`)
  if (declaration.kind === 'step') return [...stores, ...effects, `step#${declaration.step.name}#`]
  const { id, on, sends, answers } = declaration
  const own = ['mark', 'park', 'tries', 'out', 'breaker', 'rate', 'seq', 'await'].map((kind) => `${kind}#${id}`)
  const timers = [...(on === 'every event' ? [] : on), ...sends].map(({ name }) => `timer#${name}#`)
  return [...own, 'relay#', ...stores, ...effects, ...timers, ...answers.map((step) => `step#${step}#`)]
}

/** What a statement of a handler may name beside the table. */
function isOwn(resource: string, { id, kind, uses }: Declaration): boolean {
  const outside = uses.flatMap(({ on }) => on.map(({ name }) => name.replace('{app}', 'shop')))
  if (outside.some((name) => resource.endsWith(`:${name}`) || resource.endsWith(`/${name}`))) return true
  if (kind === 'endpoint' && resource.includes(':sqs:')) return true
  return resource.toLowerCase().includes(construct(id))
}

describe('the role of each handler of the shop', () => {
  it.each(declarations.map((declaration) => [declaration.id, declaration] as const))(
    '%s: acts on its own, on the items that it declares, and publishes nothing by itself',
    (id, declaration) => {
      const statements = statementsOf(app, `shop-${dashed(id)}`)
      expect(statements.length).toBeGreaterThan(0)
      for (const statement of statements) {
        const resources = [statement.Resource].flat().map(plain)
        expect(actionsOf(statement).filter((action) => /PutEvents|sns:Publish|\*/.test(action))).toEqual([])
        if (actionsOf(statement).every((action) => action.startsWith('dynamodb:'))) {
          expect(resources, 'its service’s table').toEqual([expect.stringMatching(/DataTable\w+\.Arn$/)])
          const keys = valuesOf(statement, 'dynamodb:LeadingKeys')
          expect(keys.length).toBeGreaterThan(0)
          for (const key of keys)
            expect(
              keysOf(declaration).filter((own) => key.startsWith(own)),
              key,
            ).not.toEqual([])
        } else for (const resource of resources) expect(isOwn(resource, declaration), resource).toBe(true)
      }
    },
  )

  it('sends to no queue but its own dead letters, unless it is an endpoint that declares commands', () => {
    for (const declaration of declarations) {
      const sending = statementsOf(app, `shop-${dashed(declaration.id)}`).filter((statement) =>
        actionsOf(statement).includes('sqs:SendMessage'),
      )
      const targets = sending.flatMap(({ Resource }) => [Resource].flat().map(plain))
      if (declaration.kind === 'endpoint') expect(targets.length, declaration.id).toBe(declaration.sends.length)
      else
        expect(
          targets.filter((target) => !target.includes('DeadLetters')),
          declaration.id,
        ).toEqual([])
    }
  })

  it('is its own: no two functions share one', () => {
    const roles = resourcesOf(app, 'AWS::Lambda::Function').map(
      ({ stack, Properties }) => `${stack} ${plain(Properties.Role)}`,
    )
    expect(new Set(roles).size).toBe(roles.length)
  })
})

describe('the relay and the sweeper of each service', () => {
  const services = [...new Set(declarations.map(({ service }) => service))]
  it.each(services)('of %s publish the types that its handlers declare, and no others', (service) => {
    const own = declarations.filter((one) => one.service === service)
    const declared = own.flatMap((one) => ('publishes' in one ? one.publishes.map(({ name }) => name) : []))
    for (const name of [`shop-${service}-relay`, `shop-${service}-sweeper`]) {
      const isThere = resourcesOf(app, 'AWS::Lambda::Function').some(
        ({ Properties }) => Properties.FunctionName === name,
      )
      if (!isThere) expect(declared, `${service} has no relay`).toEqual([])
      if (!isThere) continue
      const publishing = statementsOf(app, name).filter((one) => actionsOf(one).includes('events:PutEvents'))
      expect(publishing.flatMap((one) => valuesOf(one, 'events:source'))).toEqual(declared.length > 0 ? [service] : [])
      expect(publishing.flatMap((one) => valuesOf(one, 'events:detail-type')).sort()).toEqual(
        [...new Set(declared)].sort(),
      )
    }
  })
})
