import { NotSimulated } from '../../errors.ts'
import type { Rule } from './bus.ts'

/** Scheduled rules' expressions. */
export function parseRuleSchedule(expression: string): never {
  throw new NotSimulated(`scheduled rules (${expression})`, 'Put a pattern on the rule.')
}

/** Fires the scheduled rules. */
export class RuleSchedules {
  arrange(_rule: Rule): void {}
  cancel(_rule: Rule): void {}
}
