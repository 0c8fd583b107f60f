import type { Deployment } from './deployment.ts'

/** The deployment that the flows run against: at AWS_ENDPOINT_URL (or AWS) where the runner says so, else a local cloud. */
export async function deployment(): Promise<Deployment> {
  if (process.env.PENSTOCK_FLOWS === 'remote') return (await import('./remote.ts')).remoteDeployment()
  return (await import('./local.ts')).localDeployment()
}
