import type { Alarm, AlarmState } from './alarm.ts'
import { timeOf } from './state-change.ts'

/** What made a composite alarm be looked at: its own making, or another alarm's change of state. */
export type Cause = 'created' | 'updated' | Alarm

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
]

/** Such as `Wednesday 10 November, 2021 02:45:55 UTC`. */
function spoken(at: number): string {
  const date = new Date(at)
  const day = String(date.getUTCDate()).padStart(2, '0')
  return `${days[date.getUTCDay()]} ${day} ${months[date.getUTCMonth()]}, ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} UTC`
}

/** Why a composite alarm has its state, as users' notifications show. */
export function compositeReason(arn: string, value: AlarmState['value'], cause: Cause): string {
  if (cause === 'created') return `${arn} was created and its alarm rule evaluates to ${value}`
  if (cause === 'updated') return `${arn} was updated and its new alarm rule evaluates to ${value}`
  return `${cause.common.arn} transitioned to ${cause.state.value} at ${spoken(cause.state.updatedAt)}`
}

/** The same for machines: the alarms that made the state what it is. */
export const compositeReasonData = (alarms: readonly Alarm[]): string =>
  JSON.stringify({
    triggeringAlarms: alarms.map(({ common, state }) => ({
      arn: common.arn,
      state: { value: state.value, timestamp: timeOf(state.updatedAt) },
    })),
  })

/** The triggering alarms as a topic's subscribers are told of them. */
export function triggeringChildren({ reasonData }: AlarmState): object[] {
  const told = JSON.parse(reasonData ?? '{}') as {
    triggeringAlarms?: readonly { arn: string; state: { value: string; timestamp: string } }[]
  }
  return (told.triggeringAlarms ?? []).map(({ arn, state }) => ({
    Arn: arn,
    State: { Value: state.value, Timestamp: state.timestamp },
  }))
}
