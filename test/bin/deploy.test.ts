import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { alone } from '../../bin/deploy/alone.ts'
import { deployLocally, localStacks } from '../../bin/deploy/local-cloud.ts'
import { refuseBlocked } from '../../bin/deploy/stack-states.ts'
import { targetOf } from '../../bin/deploy/target.ts'
import { refuseUnknownTypes } from '../../bin/deploy/unknown-types.ts'
import { readAssembly } from '../../local/assembly/index.ts'
import { writeAssembly } from '../local/assembly/support.ts'
import { startTestCloud } from '../support/cloud.ts'

/** The variables by which an SDK finds AWS, as they are set here; nothing else is found. */
function withVariables(variables: Readonly<Record<string, string>>): void {
  const names = ['ENDPOINT_URL', 'REGION', 'DEFAULT_REGION', 'PROFILE', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY']
  for (const name of names) delete process.env[`AWS_${name}`]
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/nowhere' })
  Object.assign(process.env, { AWS_SHARED_CREDENTIALS_FILE: '/nowhere', ...variables })
}

const keys = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }

/** An endpoint that answers every request alike. */
async function answering(status: number, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status, { 'content-type': 'text/xml' }).end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('npm run deploy finds out where it goes', () => {
  it.each([
    ['nobody listens', { AWS_ENDPOINT_URL: 'http://localhost:1' }, /^Nobody listens at .*:1 .* Start what should/],
    ['no URL', { AWS_ENDPOINT_URL: 'localhost:4566' }, /which is no URL\. Write it as http:\/\/localhost:4566/],
    ['no region', {}, /^No region: set AWS_REGION/],
    ['no credentials', { AWS_REGION: 'us-east-1' }, /^No AWS credentials .*Set AWS_PROFILE/],
  ])('and says in one line: %s', async (_, variables, message) => {
    withVariables(variables as Record<string, string>)
    const failed = await targetOf().then(
      () => '',
      (error: Error) => error.message,
    )
    expect(failed).toMatch(message)
    expect(failed).not.toContain('\n')
  })

  it('and says in one line that credentials are refused', async () => {
    const code = '<ErrorResponse><Error><Code>ExpiredToken</Code><Message>is expired</Message></Error></ErrorResponse>'
    withVariables({ ...keys, AWS_ENDPOINT_URL: await answering(403, code) })
    await expect(targetOf()).rejects.toThrow(/refuses the credentials \(ExpiredToken: is expired\)\. Renew them/)
  })

  it('and needs no keys and no region for a system on this machine, which it reaches by address', async () => {
    const cloud = await startTestCloud()
    onTestFinished(() => cloud.stop())
    withVariables({ AWS_ENDPOINT_URL: `http://localhost:${cloud.port}/` })
    expect(await targetOf()).toEqual({
      endpoint: cloud.endpoint,
      account: '000000000000',
      region: 'us-east-1',
      environment: {
        AWS_ENDPOINT_URL: cloud.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    })
  })
})

describe('a stack that cannot be deployed to', () => {
  it.each([
    ['UPDATE_IN_PROGRESS', /another deployment is under way; wait for its end/],
    ['UPDATE_ROLLBACK_FAILED', /stopped half-way; take it back with `npx cdk rollback shop-orders`/],
    ['ROLLBACK_FAILED', /delete it with `npm run destroy -- shop-orders`, then deploy again/],
    ['DELETE_FAILED', /could not be deleted; .* delete it with `npm run destroy -- shop-orders`/],
  ] as const)('is told with its way out: %s', (StackStatus, message) => {
    const stack = { StackName: 'shop-orders', StackStatus, CreationTime: new Date() }
    expect(() => refuseBlocked([stack])).toThrow(message)
  })

  it.each(['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS'] as const)(
    'is none in the state %s: the CDK command line goes on from there',
    (StackStatus) => {
      expect(() => refuseBlocked([{ StackName: 'x', StackStatus, CreationTime: new Date() }])).not.toThrow()
    },
  )
})

describe('a running local cloud', () => {
  const parameter = (Value: string) => ({
    it: { template: { Resources: { P: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value } } } } },
  })

  it('is known from any other endpoint, takes a new assembly, and tells what it did', async () => {
    const cloud = await startTestCloud()
    onTestFinished(() => cloud.stop())
    withVariables({ AWS_ENDPOINT_URL: cloud.endpoint })
    const target = await targetOf()
    expect(await localStacks(target)).toEqual([])
    expect(await deployLocally(target, writeAssembly(parameter('1')))).toMatchObject([
      { name: 'it', changes: [{ logicalId: 'P', kind: 'created' }] },
    ])
    expect(await deployLocally(target, writeAssembly(parameter('2')))).toMatchObject([
      { changes: [{ logicalId: 'P', kind: 'updated' }] },
    ])
    expect(await localStacks(target)).toMatchObject([{ name: 'it', status: 'UPDATE_COMPLETE' }])
    await expect(deployLocally(target, 'no/such/folder')).rejects.toThrow('no complete cloud assembly')
    expect(await localStacks({ ...target, endpoint: await answering(200, '<html>') })).toBeUndefined()
  })

  it('takes an assembly from the developer alone', async () => {
    const cloud = await startTestCloud()
    onTestFinished(() => cloud.stop())
    const answer = await fetch(`${cloud.endpoint}/_penstock/assembly`, {
      method: 'PUT',
      body: JSON.stringify({ folder: writeAssembly(parameter('1')) }),
    })
    expect([answer.status, await answer.json()]).toEqual([
      403,
      { message: "Only the developer's own keys may deploy; this request is not signed by them." },
    ])
  })
})

it('one deployment of a folder goes at a time, and what a killed one left is no obstacle', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-alone-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const held = () => readFileSync(join(folder, 'process'), 'utf8')
  await alone(async () => {
    await expect(alone(async () => undefined, folder)).rejects.toThrow(/Another deployment .* Wait for its end/)
    expect(held()).toBe(String(process.pid))
  }, folder)
  // Linux gives no process this number.
  writeFileSync(join(folder, 'process'), '4194305')
  expect(await alone(async () => 'done', folder)).toBe('done')
  expect(held).toThrow(/ENOENT/)
})

it('a type that an endpoint does not know is told before anything is created, with the way on', async () => {
  const body =
    '<ErrorResponse><Error><Code>ValidationError</Code><Message>Template format error: Unrecognized resource types: [AWS::Events::Archive]</Message></Error></ErrorResponse>'
  withVariables({ ...keys, AWS_ENDPOINT_URL: await answering(400, body) })
  const target = { endpoint: process.env.AWS_ENDPOINT_URL, account: '1', region: 'us-east-1', environment: {} }
  const stacks = readAssembly(writeAssembly({ it: { template: { Resources: {} } } }))
  await expect(refuseUnknownTypes(target, stacks)).rejects.toThrow(
    /does not know AWS::Events::Archive\. .*--leave-out AWS::Events::Archive /,
  )
  await expect(refuseUnknownTypes({ ...target, endpoint: undefined }, stacks)).resolves.toBeUndefined()
})
