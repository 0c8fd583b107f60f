import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, Validations } from 'aws-cdk-lib'
import { CfnBucket } from 'aws-cdk-lib/aws-s3'
import { AwsSolutionsChecks } from 'cdk-nag'
import { beforeAll, describe, expect, it } from 'vitest'
import { largeMessages } from '../../docs/examples/large-messages/app.ts'
import { handler as importPrices } from '../../docs/examples/large-messages/import-prices.ts'
import { bundle } from '../../lib/constructs/bundle/bundle.ts'
import { CLAIM_DAYS } from '../../lib/constructs/claims.ts'
import type { Statement } from '../../lib/constructs/index.ts'
import { declarationOf, variables } from '../../messaging/index.ts'
import { exampleApp } from './example/app.ts'
import { plain, type Resource, resourcesOf } from './example/resources.ts'

const folder = () => join(mkdtempSync(join(tmpdir(), 'claims-')), 'cdk.out')

let app: App
beforeAll(() => {
  app = largeMessages(folder())
  // What cdk-nag finds, synthesis throws.
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
}, 60_000)
const one = (type: string): Resource => {
  const found = resourcesOf(app, type)
  expect(found).toHaveLength(1)
  return found[0] as Resource
}
/** What a function's role may do in S3, and whether it knows the bucket. */
const ofFunction = (name: string) => {
  const role = resourcesOf(app, 'AWS::IAM::Role').find(({ logicalId }) => logicalId.includes(name))
  const lambda = resourcesOf(app, 'AWS::Lambda::Function').find(({ logicalId }) => logicalId.includes(name))
  const statements: readonly Statement[] = role?.Properties.Policies[0].PolicyDocument.Statement ?? []
  return {
    may: statements.flatMap(({ Action, Resource }) =>
      String(Action).startsWith('s3:') ? [Resource].flat().map((on) => `${Action} ${plain(on)}`) : [],
    ),
    knows: variables.claims in (lambda?.Properties.Environment.Variables ?? {}),
  }
}

describe('the bucket of large bodies', () => {
  it('is there only where a contract has claimCheck', () => {
    const bucketless = exampleApp().node.findAll()
    expect(bucketless.filter((construct) => construct instanceof CfnBucket)).toEqual([])
    expect(one('AWS::S3::Bucket').stack).toBe('large-backbone')
  })

  it('is encrypted, closed to the public, open to TLS only, and forgets after its days', () => {
    const { Properties } = one('AWS::S3::Bucket')
    expect(Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      LifecycleConfiguration: {
        Rules: [{ Id: 'Expire', Status: 'Enabled', Prefix: 'claims/', ExpirationInDays: CLAIM_DAYS }],
      },
    })
    const [statement] = one('AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement
    expect(statement).toMatchObject({
      ...{ Effect: 'Deny', Principal: '*', Action: 's3:*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    })
  })

  it('keeps a body longer than any queue keeps its message, from its dead-letter queue to a redrive on the last day', () => {
    expect(CLAIM_DAYS).toBeGreaterThan(14 + 14)
    expect(() => exampleApp({ claimDays: 28, of: { catalogue: { consumers: [importPrices] } } })).toThrow(
      'claimDays 28 must be a whole number from 30',
    )
  })

  it('is read and written by whom the contracts say, under their prefixes', () => {
    const at = (path: string) => expect.stringMatching(new RegExp(`s3:::large-claims-.+/claims/${path}$`))
    expect(ofFunction('importprices')).toEqual({
      may: [
        expect.stringMatching(/^s3:GetObject .+\/claims\/catalogue\.ImportPrices\/\*$/),
        expect.stringMatching(/^s3:PutObject .+\/claims\/catalogue\.PricesImported\/catalogue\.import-prices\/\*$/),
      ],
      knows: true,
    })
    expect(ofFunction('sumprices')).toEqual({ may: [at('catalogue\\.PricesImported\\/\\*')], knows: true })
    expect(ofFunction('approve')).toEqual({ may: [], knows: false })
    expect(ofFunction('Relay')).toEqual({ may: [], knows: false })
  })

  it('has nothing that cdk-nag finds', { timeout: 60_000 }, () => {
    expect(() => app.synth()).not.toThrow()
  })
})

it('the S3 client is in the code of those functions only whose contracts need it', { timeout: 60_000 }, () => {
  const root = join(import.meta.dirname, '../..')
  const entries = ['sum-prices', 'approve'].map(
    (name) => [name, join(root, 'docs/examples/large-messages', `${name}.ts`)] as const,
  )
  const have = [...bundle(root, new Map(entries))].filter(([, { code }]) => Buffer.from(code).includes('AmazonS3'))
  expect(have.map(([name]) => name)).toEqual(['sum-prices'])
})

it('a declaration says which of its contracts have large bodies', () => {
  const declaration = declarationOf(importPrices)
  if (declaration.kind !== 'worker' || declaration.on === 'every event') throw new Error('it is a worker')
  expect([...declaration.on, ...declaration.publishes].map(({ claimCheck }) => claimCheck)).toEqual([true, true])
})
