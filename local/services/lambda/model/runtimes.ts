import { NotSimulated } from '../../../errors.ts'
import { invalid } from './functions.ts'

/** AWS's own list and order of March 2026, as its error tells them (recorded by LocalStack's tests). */
const supported =
  'nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2'

/** @throws AwsError for a runtime that AWS takes no functions of, or that is not here */
export function checkRuntime(runtime: string): void {
  if (/^nodejs(4\.3|6\.10|8\.10|10\.x|12\.x|14\.x)$/.test(runtime))
    throw invalid(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    )
  if (!supported.split(', ').includes(runtime))
    throw invalid(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${supported}] or be a valid ARN`,
    )
  if (!runtime.startsWith('nodejs'))
    throw new NotSimulated(
      `the Lambda runtime ${runtime}`,
      'Runtimes it has: nodejs24.x and older Node.js runtimes, all on Node.js 24.',
    )
}
