import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { CfnRule } from 'aws-cdk-lib/aws-events'
import { CfnParameter } from 'aws-cdk-lib/aws-ssm'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { command, consumer, delayedRetries, endpoint, event, everyEvent, worker } from '../../messaging/index.ts'
import { exampleApp, freshFolder, type Services } from './example/app.ts'

// Of a small file: the bundler reads it.
const here = { url: new URL('./example/nothing.ts', import.meta.url).href }
const schema = z.object({ id: z.string(), kind: z.string() })
const key = ({ id }: { id: string }): string => id
const Begin = command('jobs.Begin', { schema, key })
const Begun = event('jobs.Begun', { schema, key })
const OrderlyBegun = event('jobs.OrderlyBegun', { schema, key, ordered: true })

const begin = worker(here, { id: 'jobs.begin', on: Begin }, () => {})
const small: Services = { jobs: { consumers: [begin] } }
const wide = worker(
  here,
  { id: 'jobs.wide', on: command('jobs.Widen', { schema, key }), delivery: { concurrency: 20 } },
  () => {},
)
const ask = endpoint(here, { id: 'jobs.ask', route: 'GET /jobs' }, () => ({ status: 200 }))
const busy: Services = { jobs: { consumers: [begin, wide], endpoints: [ask] } }

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

  it('a queue name above 80 characters, a function name above 64, and a rule name above 64', () => {
    const Long = event(`jobs.${'Very'.repeat(15)}Long`, { schema, key })
    const id = `jobs.${'long-'.repeat(15)}name`
    const long = worker(here, { id, on: Begin, publishes: [Long] }, () => {})
    const text = refusal(() => exampleApp({ of: { jobs: { consumers: [long] } } }).synth())
    expect(text).toMatch(/queue name ex-jobs-long-\S+-dlq is longer than 80/)
    expect(text).toMatch(/function name ex-jobs-long-\S+ is longer than 64/)
    expect(text).toMatch(/event jobs\.Very\w+: rule name ex-jobs-Very\w+ is longer than 64/)
  })

  it('more concurrency than the account allows', () => {
    expect(refusal(() => exampleApp({ of: busy, accountConcurrency: 30 }).synth())).toContain(
      "consumers (25), relays (0) and endpoints (10) may run 35 functions at a time, over the account's 30",
    )
  })

  it('more than 400 resources in a stack', () => {
    const app = exampleApp({ of: small })
    const stack = app.node.findChild('ex-jobs') as Stack
    for (let index = 0; index < 400; index++) new CfnParameter(stack, `P${index}`, { type: 'String', value: 'v' })
    expect(refusal(() => app.synth())).toMatch(/stack ex-jobs has \d+ resources, over 400/)
  })

  it('more than 300 rules on a bus', () => {
    const app = exampleApp({ of: small })
    const stack = new Stack(app, 'ex-more')
    for (let index = 0; index < 301; index++)
      new CfnRule(stack, `R${index}`, { eventBusName: 'ex', eventPattern: { source: ['x'] } })
    expect(refusal(() => app.synth())).toMatch(/bus ex has 301 rules, over 300/)
  })
})

describe('synth warns', () => {
  it('of more than 80 % of the concurrency that the account allows, and not of 80 %', () => {
    const warned = exampleApp({ of: busy, accountConcurrency: 43 })
    warned.synth()
    Annotations.fromStack(warned.node.findChild('ex-backbone') as Stack).hasWarning(
      '*',
      Match.stringLikeRegexp('may run 35 functions at a time, over 80 %'),
    )
    const quiet = exampleApp({ of: busy, accountConcurrency: 44 })
    quiet.synth()
    Annotations.fromStack(quiet.node.findChild('ex-backbone') as Stack).hasNoWarning(
      '*',
      Match.stringLikeRegexp('at a time'),
    )
  })
})

describe('penstock.lock.json', () => {
  const audited = { ...small, audit: { consumers: [consumer(here, { id: 'audit.record', on: everyEvent }, () => {})] } }
  const synthIn = (outdir: string, of: Services): void => {
    exampleApp({ of, outdir }).synth()
  }
  const lock = (outdir: string) => JSON.parse(readFileSync(join(outdir, 'penstock.lock.json'), 'utf8'))

  it('records consumers and the resources that hold data, new ones by itself', () => {
    const outdir = freshFolder()
    synthIn(outdir, small)
    expect(lock(outdir).consumers).toEqual(['jobs.begin'])
    synthIn(outdir, audited)
    expect(lock(outdir).consumers).toEqual(['audit.record', 'jobs.begin'])
    expect(Object.values(lock(outdir).stateful.audit)).toContain('AWS::DynamoDB::Table')
  })

  it('refuses to take delayed retries away, whose schedules hold messages', () => {
    const outdir = freshFolder()
    const auditing = (delivery: object) => ({
      ...small,
      audit: { consumers: [consumer(here, { id: 'audit.record', on: everyEvent, delivery }, () => {})] },
    })
    synthIn(outdir, auditing({ delayedRetries: delayedRetries() }))
    expect(refusal(() => synthIn(outdir, auditing({})))).toMatch(
      /AWS::Scheduler::ScheduleGroup \w+ of stack audit would/,
    )
  })

  it('refuses a changed consumer id and every resource that would be replaced, and stays as it was', () => {
    const outdir = freshFolder()
    synthIn(outdir, audited)
    const before = lock(outdir)
    const text = refusal(() => synthIn(outdir, small))
    expect(text).toContain("consumer 'audit.record' is gone or has another id")
    expect(text).toMatch(/AWS::SQS::Queue ServicerecordQueue\w+ of stack audit would be replaced/)
    expect(lock(outdir)).toEqual(before)
  })

  it('accepts what its lines no longer record', () => {
    const outdir = freshFolder()
    synthIn(outdir, audited)
    const { audit: _, ...stateful } = lock(outdir).stateful
    writeFileSync(join(outdir, 'penstock.lock.json'), JSON.stringify({ consumers: ['jobs.begin'], stateful }))
    synthIn(outdir, small)
    expect(lock(outdir).consumers).toEqual(['jobs.begin'])
  })

  it('must be committed: where nobody can, what is not recorded is refused', () => {
    expect(refusal(() => exampleApp({ of: small, newInLock: 'refuse' }).synth())).toMatch(
      /penstock.lock.json is out of date: synthesize and commit it/,
    )
  })
})

it('an ordered consumer takes ordered events only', () => {
  expect(() =>
    consumer(here, { id: 'jobs.orderly', on: [Begun, OrderlyBegun], delivery: { ordered: true } }, () => {}),
  ).toThrow(/needs contracts that are ordered/)
})
