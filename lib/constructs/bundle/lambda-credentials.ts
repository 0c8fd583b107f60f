/**
 * Takes the place of @aws-sdk/credential-provider-node in the functions' bundles. Lambda gives a function its role's keys by the
 * environment, and nothing else of the SDK's chain (profiles, SSO, instance metadata, and the clients that those need) is there to ask.
 *
 * @throws Error when asked for keys where the environment holds none
 */
export const defaultProvider = () => async () => {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env
  if (!accessKeyId || !secretAccessKey)
    throw new Error(
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: a bundled function takes its keys from the environment, where Lambda ' +
        'puts them; give the client `credentials` of its own to run it elsewhere',
    )
  const { AWS_SESSION_TOKEN: sessionToken } = process.env
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

// The chain's other exports: these keys are not renewed by asking again.
export const credentialsWillNeedRefresh = (): boolean => false
export const credentialsTreatedAsExpired = (): boolean => false
