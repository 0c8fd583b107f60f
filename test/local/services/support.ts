import type { AwsError } from '../../../local/errors.ts'
import type { ServiceName } from '../../../local/service.ts'
import type { TestCloud } from '../../support/cloud.ts'

/** Makes an action of a service fail every time, and tells when it was called. */
export function failing(cloud: TestCloud, service: ServiceName, action: string, error: AwsError): number[] {
  const calls: number[] = []
  const actions = cloud.context.service(service).actions as Record<string, object>
  actions[action] = {
    ...actions[action],
    access: () => [],
    run: () => {
      calls.push(cloud.clock.now())
      throw error
    },
  }
  return calls
}
