import { aggregate, worker } from '../../../messaging/index.ts'
import { StepTaken, TakeStep } from './contracts.ts'

const walk = aggregate('walk', { events: [StepTaken], initial: () => 0, evolve: (count) => count + 1 })

/** Event-sourced: its messages leave with the aggregate's head, in order. */
export const handler = worker(
  import.meta,
  { id: 'orders.take-step', on: TakeStep, stores: { walk }, publishes: [StepTaken] },
  async (step, unit) => {
    await unit.walk.load(step.key)
    unit.walk.append(step.key, [{ type: 'orders.StepTaken', data: step }])
  },
)
