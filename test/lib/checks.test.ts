import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { CfnRule } from 'aws-cdk-lib/aws-events'
import { CfnParameter } from 'aws-cdk-lib/aws-ssm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { command, consumer, event, worker } from '../../messaging/index.ts'
import { exampleApp, freshFolder, services } from './example/app.ts'

// Of a small file: the bundler reads it.
const here = { url: new URL('./example/record-event.ts', import.meta.url).href }
const schema = z.object({ id: z.string(), kind: z.string() })
const key = ({ id }: { id: string }): string => id
const Begin = command('jobs.Begin', { schema, key })
const Begun = event('jobs.Begun', { schema, key })
const OrderlyBegun = event('jobs.OrderlyBegun', { schema, key, ordered: true })

/** The text of what a synth refuses. */
function refusal(synth: () => unknown): string {
  try {
    synth()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('the app synthesizes')
}

describe('synth refuses', () => {
  it('a command with two owners, a command without one, and an event that nobody publishes, all at once', () => {
    const one = worker(here, { id: 'jobs.one', on: Begin }, () => {})
    const two = worker(
      here,
      { id: 'jobs.two', on: Begin, publishes: [], sends: [command('jobs.Lost', { schema, key })] },
      () => {},
    )
    const hears = consumer(here, { id: 'jobs.hears', on: Begun }, () => {})
    const text = refusal(() => exampleApp({ of: { jobs: { consumers: [one, two, hears] } } }).synth())
    expect(text).toContain("command jobs.Begin has 2 owners, 'jobs.one' and 'jobs.two': it can have one queue")
    expect(text).toContain('command jobs.Lost is sent, and no worker owns it')
    expect(text).toContain("event jobs.Begun is consumed by 'jobs.hears', and no consumer publishes it")
  })

  it('a queue name above 80 characters, and a function name above 64', () => {
    const long = worker(here, { id: `jobs.${'long-'.repeat(15)}name`, on: Begin }, () => {})
    const text = refusal(() => exampleApp({ of: { jobs: { consumers: [long] } } }).synth())
    expect(text).toMatch(/queue name ex-jobs-long-\S+ is longer than 80/)
    expect(text).toMatch(/function name ex-jobs-long-\S+ is longer than 64/)
  })

  it('a filter that fits by itself, and not at the depth where a message carries its data', () => {
    const kinds = Array.from({ length: 60 }, (_, index) => `kind-${index}`)
    const choosy = consumer(here, { id: 'jobs.choosy', on: Begun, where: { kind: kinds } }, () => {})
    const begins = worker(here, { id: 'jobs.begins', on: Begin, publishes: [Begun] }, () => {})
    expect(refusal(() => exampleApp({ of: { jobs: { consumers: [choosy, begins] } } }).synth())).toMatch(
      /'jobs.choosy': where: 180 combinations/,
    )
  })

  it('more concurrency than the account allows', () => {
    expect(refusal(() => exampleApp({ accountConcurrency: 30 }).synth())).toContain(
      "consumers (28), relays (1) and endpoints (10) may run 39 functions at a time, over the account's 30",
    )
  })

  it('more than 400 resources in a stack', () => {
    const app = exampleApp()
    const stack = app.node.findChild('ex-orders') as Stack
    for (let index = 0; index < 400; index++) new CfnParameter(stack, `P${index}`, { type: 'String', value: 'v' })
    expect(refusal(() => app.synth())).toMatch(/stack ex-orders has \d+ resources, over 400/)
  })

  it('more than 300 rules on a bus', () => {
    const app = exampleApp()
    const stack = new Stack(app, 'ex-more')
    for (let index = 0; index < 300; index++)
      new CfnRule(stack, `R${index}`, { eventBusName: 'ex', eventPattern: { source: ['x'] } })
    expect(refusal(() => app.synth())).toMatch(/bus ex has 303 rules, over 300/)
  })
})

describe('synth warns', () => {
  it('of more than 80 % of the concurrency that the account allows, and not of 80 %', () => {
    const warned = exampleApp({ accountConcurrency: 48 })
    warned.synth()
    Annotations.fromStack(warned.node.findChild('ex-backbone') as Stack).hasWarning(
      '*',
      Match.stringLikeRegexp('may run 39 functions at a time, over 80 %'),
    )
    const quiet = exampleApp({ accountConcurrency: 49 })
    quiet.synth()
    Annotations.fromStack(quiet.node.findChild('ex-backbone') as Stack).hasNoWarning(
      '*',
      Match.stringLikeRegexp('at a time'),
    )
  })
})

describe('penstock.lock.json', () => {
  afterEach(() => vi.unstubAllEnvs())

  const synthIn = (outdir: string, of = services): void => {
    exampleApp({ of, outdir }).synth()
  }
  const lock = (outdir: string) => JSON.parse(readFileSync(join(outdir, 'penstock.lock.json'), 'utf8'))
  const withoutJournal = { orders: services.orders ?? {}, shipping: services.shipping ?? {} }

  it('records consumers and the resources that hold data, new ones by itself', () => {
    vi.stubEnv('CI', undefined)
    const outdir = freshFolder()
    synthIn(outdir, withoutJournal)
    expect(lock(outdir).consumers).not.toContain('journal.record-event')
    synthIn(outdir)
    expect(lock(outdir).consumers).toContain('journal.record-event')
    expect(Object.values(lock(outdir).stateful['ex-journal'])).toContain('AWS::DynamoDB::Table')
  })

  it('refuses a changed consumer id and every resource that would be replaced, and stays as it was', () => {
    vi.stubEnv('CI', undefined)
    const outdir = freshFolder()
    synthIn(outdir)
    const before = lock(outdir)
    const text = refusal(() => synthIn(outdir, withoutJournal))
    expect(text).toContain("consumer 'journal.record-event' is gone or has another id")
    expect(text).toMatch(/AWS::SQS::Queue ServicerecordeventQueue\w+ of stack ex-journal would be replaced/)
    expect(lock(outdir)).toEqual(before)
  })

  it('accepts what its lines no longer record', () => {
    vi.stubEnv('CI', undefined)
    const outdir = freshFolder()
    synthIn(outdir)
    const { consumers, stateful } = lock(outdir)
    const { 'ex-journal': _, ...rest } = stateful
    const accepted = { consumers: consumers.filter((id: string) => id !== 'journal.record-event'), stateful: rest }
    writeFileSync(join(outdir, 'penstock.lock.json'), JSON.stringify(accepted))
    synthIn(outdir, withoutJournal)
    expect(lock(outdir).consumers).not.toContain('journal.record-event')
  })

  it('must be committed: CI writes nothing and refuses what is not recorded', () => {
    vi.stubEnv('CI', 'true')
    expect(refusal(() => synthIn(freshFolder()))).toMatch(/penstock.lock.json is out of date: synthesize and commit it/)
  })
})

it('an ordered consumer takes ordered events only', () => {
  expect(() =>
    consumer(here, { id: 'jobs.orderly', on: [Begun, OrderlyBegun], delivery: { ordered: true } }, () => {}),
  ).toThrow(/needs contracts that are ordered/)
})
