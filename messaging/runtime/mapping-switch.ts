import {
  GetEventSourceMappingCommand,
  type LambdaClient,
  ResourceInUseException,
  TooManyRequestsException,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'

const ON = ['Creating', 'Enabling', 'Enabled', 'Updating']
const OFF = ['Disabling', 'Disabled']

/**
 * Switches an event source mapping. Lambda does so in its own time and changes none that is changing already, and its control plane
 * takes few calls a second.
 * @returns whether the mapping is, or is about to be, as wanted; otherwise ask again
 */
export async function switchMapping(lambda: LambdaClient, UUID: string, Enabled: boolean): Promise<boolean> {
  try {
    const { State = '' } = await lambda.send(new GetEventSourceMappingCommand({ UUID }))
    if ((Enabled ? ON : OFF).includes(State)) return true
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }))
    return true
  } catch (error) {
    if (error instanceof ResourceInUseException || error instanceof TooManyRequestsException) return false
    throw error
  }
}
