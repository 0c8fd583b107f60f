import { SFNClient } from '@aws-sdk/client-sfn'
import type { Envelope } from '../../envelope.ts'
import { callObstacle, type Obstacle } from '../obstacle.ts'
import { executionName, SagaConflict, startSaga } from '../saga-start.ts'
import type { CarrierTo } from './letter.ts'

/** To a saga's state machine: each letter starts one execution, under the saga's id. */
export function carrierToMachine(client = new SFNClient({})): CarrierTo {
  return (machine) => (letters) => Promise.all(letters.map(({ envelope }) => started(client, machine, envelope)))
}

async function started(client: SFNClient, machine: string, envelope: Envelope): Promise<Obstacle | undefined> {
  const { correlationid, hops, traceparent, partitionkey, data } = envelope
  const origin = { correlationId: correlationid, hops, ...(traceparent !== undefined && { traceparent }) }
  try {
    await startSaga(client, machine, executionName(partitionkey), { input: data, origin })
    return undefined
  } catch (error) {
    return error instanceof SagaConflict
      ? { code: error.name, message: error.message, passing: false }
      : callObstacle(error)
  }
}
