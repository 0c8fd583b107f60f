import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { NEWER_VERSION } from '../../messaging/failure.ts'
import { groupsOf, ownersOf } from '../parked/find.ts'
import { resumeGroup } from '../parked/operate.ts'
import type { Terminal } from '../terminal.ts'

/** Takes up what is parked for newer code: emulators may not tell anybody that what a consumer reads has changed. */
export async function takeUp(terminal: Terminal, app: string): Promise<void> {
  const tools = { dynamodb: new DynamoDBClient({}), lambda: new LambdaClient({}) }
  const owners = await ownersOf(tools, app)
  const groups = (await Promise.all(owners.map((owner) => groupsOf(tools, owner)))).flat()
  for (const group of groups.filter(({ head }) => head?.code === NEWER_VERSION)) {
    const { done, left, stopped } = await resumeGroup(tools, group, false)
    const still = left ? `, parked still: ${stopped?.reason ?? 'no time left'}` : ''
    terminal.line(`  ${group.owner.id} ${group.group}: ${done} parked messages taken up${still}`)
  }
}
