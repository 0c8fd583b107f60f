import { Aws, Validations } from 'aws-cdk-lib'
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3'
import { CfnParameter } from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import { type ContractDeclaration, type Declaration, variables } from '../../messaging/index.ts'
import { claimBucketName, claimPrefix, parameters } from '../../messaging/names.ts'
import { keepData, type Mode } from './mode.ts'
import { allow, denyPlainHttp, policyOf, type Statement } from './policy.ts'

const bucketOf = (app: string): string => claimBucketName(app, Aws.ACCOUNT_ID, Aws.REGION)
const arnOf = (app: string, path: string): string => `arn:${Aws.PARTITION}:s3:::${bucketOf(app)}/${path}`

/** A queue keeps a message for 14 days, and so does its dead-letter queue, each from its arrival there. */
const LEAST_DAYS = 30
/** And SNS delivers for 23 days before it gives up; the rest is for whoever reads the alarm. */
export const CLAIM_DAYS = 60

/**
 * Where large bodies wait for their consumers. Objects go by themselves, whether they were claimed or are left of a unit that was never
 * committed: nobody has to know which.
 */
export class ClaimBucket extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { app, mode, days }: { readonly app: string; readonly mode: Mode; readonly days: number },
  ) {
    super(scope, id)
    if (!Number.isInteger(days) || days < LEAST_DAYS)
      throw new RangeError(
        `claimDays ${days} must be a whole number from ${LEAST_DAYS}: 14 days in a queue and 14 in its dead-letter queue`,
      )
    const bucket = new CfnBucket(this, 'Bucket', {
      bucketName: bucketOf(app),
      bucketEncryption: {
        serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
      },
      publicAccessBlockConfiguration: {
        ...{ blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      },
      ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
      lifecycleConfiguration: {
        rules: [{ id: 'Expire', status: 'Enabled', prefix: 'claims/', expirationInDays: days }],
      },
    })
    keepData(mode, bucket)
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Read and written by functions of this app only, each under its own prefix: CloudTrail tells who did',
    })
    new CfnBucketPolicy(this, 'Policy', {
      bucket: bucket.ref,
      policyDocument: policyOf([denyPlainHttp('s3:*', [bucket.attrArn, `${bucket.attrArn}/*`])]),
    })
    new CfnParameter(this, 'Name', { name: parameters.claims(app), type: 'String', value: bucket.ref })
  }
}

const claimed = (contracts: readonly ContractDeclaration[]): readonly ContractDeclaration[] =>
  contracts.filter(({ claimCheck }) => claimCheck)

/** Contracts of the handler whose bodies it may have to fetch. */
const readBy = (declaration: Declaration): readonly ContractDeclaration[] =>
  'on' in declaration && declaration.on !== 'every event' ? claimed(declaration.on) : []

/** Contracts of the handler whose bodies it may have to put. */
const putBy = (declaration: Declaration): readonly ContractDeclaration[] =>
  claimed([...('publishes' in declaration ? declaration.publishes : []), ...declaration.sends])

/** Whether the handler has to do with large bodies at all. */
export const usesClaims = (declaration: Declaration): boolean =>
  readBy(declaration).length + putBy(declaration).length > 0

/** A consumer fetches what its contracts' senders have put; a sender puts under its own name, and fetches nothing. */
export function claimStatements(app: string, declaration: Declaration): readonly Statement[] {
  const read = pathsRead(declaration)
  const put = pathsPut(declaration)
  return [
    ...(read.length > 0
      ? [
          allow(
            'FetchBodies',
            ['s3:GetObject'],
            read.map((path) => arnOf(app, path)),
          ),
        ]
      : []),
    ...(put.length > 0
      ? [
          allow(
            'PutBodies',
            ['s3:PutObject'],
            put.map((path) => arnOf(app, path)),
          ),
        ]
      : []),
  ]
}

const pathsRead = (declaration: Declaration): readonly string[] =>
  readBy(declaration).map(({ name }) => `${claimPrefix(name)}*`)
const pathsPut = (declaration: Declaration): readonly string[] =>
  putBy(declaration).map(({ name }) => `${claimPrefix(name)}${declaration.id}/*`)

export const claimEnvironment = (app: string, declaration: Declaration): Readonly<Record<string, string>> =>
  usesClaims(declaration) ? { [variables.claims]: bucketOf(app) } : {}

/** What cdk-nag finds in these statements, with the reason. */
export const claimFindings = (app: string, declaration: Declaration) =>
  [...pathsRead(declaration), ...pathsPut(declaration)].map((path) => ({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${app}-claims-<AWS::AccountId>-<AWS::Region>/${path}]`,
    reason: "An object is named after its message's id",
  }))
