import type { GetObjectCommandInput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../service.ts'
import type { LambdaParts } from '../parts.ts'
import type { CodeInput } from './code.ts'
import { invalid } from './functions.ts'

/** Reads code out of a bucket, as whoever brings it; what is no upload stays as it is. @throws AwsError */
export async function uploaded(
  { context, code }: LambdaParts,
  input: CodeInput,
  { caller, entry }: Call,
): Promise<CodeInput> {
  const { S3Bucket: Bucket, S3Key: Key } = input
  if (!Bucket || !Key || input.ZipFile || code.hasAsset(Bucket, Key)) return input
  try {
    const { Body } = await context.call<GetObjectCommandInput, { Body: Uint8Array }>({
      caller,
      service: 's3',
      action: 'GetObject',
      input: { Bucket, Key },
      cause: entry,
    })
    return { ZipFile: Body }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const told = `S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`
    if (error.code !== 'AccessDenied') throw invalid(`Error occurred while GetObject. ${told}`)
    throw new AwsError(
      'AccessDeniedException',
      `Your access has been denied by S3, please make sure your request credentials have permission to GetObject for ${Bucket}/${Key}. ${told}`,
      { status: 403, fields: { Type: 'User' } },
    )
  }
}
