import { CommandFailure } from './failure.ts'

/** A failure to reach whoever should answer, or to be let in, with its way out; `undefined` where it is another. */
export function sdkFailure(error: Error, endpoint: string | undefined): CommandFailure | undefined {
  const where = endpoint ?? 'AWS'
  const { AWS_PROFILE: profile, AWS_REGION: region } = process.env
  if (/Region is missing/.test(error.message))
    return new CommandFailure('No region: set AWS_REGION, or choose a profile that has one by AWS_PROFILE.')
  if (/Credentials|TokenProvider|SSO/i.test(error.name) || /Could not load credentials/.test(error.message))
    return new CommandFailure(
      `No AWS credentials${profile ? ` for AWS_PROFILE=${profile}` : ''} (${error.message}). Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; for a system on this machine set AWS_ENDPOINT_URL, such as http://localhost:4566.`,
    )
  if (/Expired|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient/.test(error.name))
    return new CommandFailure(
      `${where} refuses the credentials (${error.name}: ${error.message}). Renew them (aws sso login), or choose others by AWS_PROFILE.`,
    )
  if (!/ENOTFOUND|EAI_AGAIN/.test(error.message)) return undefined
  const check = endpoint
    ? 'Is AWS_ENDPOINT_URL spelled right?'
    : `Is ${region ? `AWS_REGION=${region}` : "the profile's region"} a region, and is this machine on the network?`
  return new CommandFailure(`${where} is not found (${error.message}). ${check}`)
}
