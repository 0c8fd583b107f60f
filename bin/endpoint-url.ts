import { CommandFailure } from './failure.ts'

/** @throws CommandFailure where the text is no URL of a server: an SDK would only say "UnknownError" */
export function endpointUrl(given: string): URL {
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return new URL(given)
  throw new CommandFailure(
    `AWS_ENDPOINT_URL is ${given}, which is no URL. Write it as http://localhost:4566, or unset it to reach AWS.`,
    2,
  )
}
