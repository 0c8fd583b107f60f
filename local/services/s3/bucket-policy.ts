import { AwsError } from '../../errors.ts'
import type { Call, PolicyDocument, PolicyStatement } from '../../service.ts'
import { parsePolicy } from '../iam/document.ts'
import type { Iam } from '../iam/index.ts'
import { bucketArn, type S3Parts } from './access.ts'
import type { Bucket } from './model/bucket.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html */
const MAX_BYTES = 20 * 1024

const malformed = (message: string): AwsError => new AwsError('MalformedPolicy', message, { status: 400 })
const many = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value

const statementsOf = ({ Statement }: PolicyDocument): readonly PolicyStatement[] =>
  'Effect' in Statement ? [Statement] : Statement

/**
 * Reads a bucket's policy and refuses what S3 refuses.
 * @throws AwsError MalformedPolicy; AccessDenied for a public policy in a bucket that blocks them
 */
export function checkBucketPolicy(
  { context }: S3Parts,
  bucket: Bucket,
  text: string,
  call: Call,
): { text: string; document: PolicyDocument } {
  const document = parse(text)
  if (Buffer.byteLength(text) > MAX_BYTES) throw malformed('Policy exceeds the maximum allowed document size.')
  const arn = bucketArn(bucket.name)
  for (const statement of statementsOf(document)) {
    if (many(statement.Action ?? statement.NotAction).some((each) => each !== '*' && !/^s3:/i.test(each)))
      throw malformed('Policy has invalid action')
    for (const resource of many(statement.Resource ?? statement.NotResource))
      if (resource !== arn && !resource.startsWith(`${arn}/`)) throw malformed('Policy has invalid resource')
  }
  if (context.service<Iam>('iam').unknownPrincipal(document) !== undefined)
    throw malformed('Invalid principal in policy')
  if (bucket.accessBlock?.BlockPublicPolicy && isPublic(document))
    throw new AwsError(
      'AccessDenied',
      `User: ${'arn' in call.caller ? call.caller.arn : 'anonymous'} is not authorized to perform: s3:PutBucketPolicy on resource: ${arn} because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
      { status: 403 },
    )
  return { text, document }
}

function parse(text: string): PolicyDocument {
  try {
    return parsePolicy(text, 'resource')
  } catch (error) {
    throw error instanceof AwsError ? malformed(error.message) : error
  }
}

/** Keys that fix who may come, where their values have no wildcard (S3 user guide, "The meaning of public"). */
const fixing = new Set(
  [
    ...['aws:SourceIp', 'aws:SourceArn', 'aws:SourceVpc', 'aws:SourceVpce', 'aws:SourceOwner', 'aws:SourceAccount'],
    ...['aws:userid', 'aws:PrincipalOrgID', 's3:x-amz-server-side-encryption-aws-kms-key-id'],
    ...['aws:PrincipalArn', 'aws:PrincipalAccount', 's3:DataAccessPointArn', 's3:DataAccessPointAccount'],
  ].map((key) => key.toLowerCase()),
)

const isPublic = (document: PolicyDocument): boolean =>
  statementsOf(document).some(
    (statement) => statement.Effect === 'Allow' && namesEverybody(statement) && !isFixed(statement),
  )

const namesEverybody = ({ Principal, NotPrincipal }: PolicyStatement): boolean =>
  NotPrincipal !== undefined ||
  Principal === '*' ||
  (typeof Principal === 'object' && many(Principal.AWS).some((each) => each.includes('*')))

const isFixed = ({ Condition = {} }: PolicyStatement): boolean =>
  Object.entries(Condition).some(
    ([operator, keys]) =>
      !/Not/.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) => fixing.has(key.toLowerCase()) && many(values).every((value) => !/[*?]/.test(value)),
      ),
  )
