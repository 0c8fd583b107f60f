import { AwsError, NotSimulated } from '../../errors.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: codes, statuses and texts. */
const s3Error =
  (status: number, code: string, message: string) =>
  (fields: Readonly<Record<string, unknown>> = {}): AwsError =>
    new AwsError(code, message, { status, fields })

export const noSuchBucket = (BucketName: string): AwsError =>
  s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist')({ BucketName })
export const noSuchKey = (Key: string): AwsError =>
  s3Error(404, 'NoSuchKey', 'The specified key does not exist.')({ Key })
export const bucketNotEmpty = (BucketName: string): AwsError =>
  s3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty')({ BucketName })
export const invalidBucketName = (BucketName: string): AwsError =>
  s3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.')({ BucketName })
export const preconditionFailed = (Condition: string): AwsError =>
  s3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')({ Condition })
export const notModified = s3Error(304, 'NotModified', 'Not Modified')
export const accessDenied = s3Error(403, 'AccessDenied', 'Access Denied')
export const malformedXml = s3Error(
  400,
  'MalformedXML',
  'The XML you provided was not well-formed or did not validate against our published schema',
)
export const invalidRange = (RangeRequested: string, ActualObjectSize: number): AwsError =>
  s3Error(416, 'InvalidRange', 'The requested range is not satisfiable')({ RangeRequested, ActualObjectSize })

export const invalidRequest = (message: string): AwsError => s3Error(400, 'InvalidRequest', message)()
export const invalidArgument = (message: string, ArgumentName: string, ArgumentValue: string): AwsError =>
  s3Error(400, 'InvalidArgument', message)({ ArgumentName, ArgumentValue })
export const badDigest = (message: string): AwsError => s3Error(400, 'BadDigest', message)()
export const notFound = (code: string, message: string, BucketName: string): AwsError =>
  s3Error(404, code, message)({ BucketName })

/** A value of an honoured member that has no meaning here. */
export function only<T extends string>(what: string, value: string | undefined, ...known: readonly T[]): void {
  if (value === undefined || (known as readonly string[]).includes(value)) return
  throw new NotSimulated(`${what} '${value}'`, `Use ${known.map((each) => `'${each}'`).join(' or ')}.`)
}
