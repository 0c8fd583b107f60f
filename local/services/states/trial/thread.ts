import type { TestStateCommandInput } from '@aws-sdk/client-sfn'
import type { Execution } from '../execution/execution.ts'
import { History } from '../execution/history.ts'
import { Run } from '../execution/run.ts'
import { Thread } from '../execution/thread.ts'
import type { MachineRevision, StateMachine } from '../model/machine.ts'
import type { StatesParts } from '../parts.ts'
import type { Tested } from './definition.ts'
import type { Trial } from './trial.ts'

interface TrialRequest {
  readonly tested: Tested
  readonly trial: Trial
  readonly request: TestStateCommandInput
  readonly cause: number
  readonly signal: AbortSignal
}

/** A thread of an Express execution that nobody else knows of. */
export function trialThread(parts: StatesParts, { tested, trial, request, cause, signal }: TrialRequest): Thread {
  const { kernel, region, account } = parts.context
  const now = kernel.clock.now()
  const machineName = `TestState-${kernel.random.uuid('states test')}`
  const name = kernel.random.uuid('states test')
  const machineArn = `arn:aws:states:${region}:${account}:stateMachine:${machineName}`
  const arn = `arn:aws:states:${region}:${account}:express:${machineName}:${name}`
  const revision: MachineRevision = {
    revisionId: undefined,
    definition: request.definition ?? '',
    machine: tested.machine,
    // A mocked state needs no role: nothing is called.
    roleArn: request.roleArn ?? `arn:aws:iam::${account}:role/${machineName}`,
    logging: { level: 'OFF' },
    updated: now,
  }
  const machine: StateMachine = {
    arn: machineArn,
    name: machineName,
    type: 'EXPRESS',
    created: now,
    tags: new Map(),
    versions: new Map(),
    aliases: new Map(),
    revision,
    lastVersion: 0,
  }
  const execution: Execution = {
    arn,
    name,
    machine,
    machineArn,
    machineName,
    versionArn: undefined,
    aliasArn: undefined,
    type: 'EXPRESS',
    revision,
    input: request.input ?? '{}',
    startDate: now,
    entry: kernel.journal.record('execution', arn, cause, { machine: machineArn, name }),
    traceHeader: undefined,
    history: new History(() => kernel.clock.now(), false),
    mapRunArn: undefined,
    status: 'RUNNING',
    redriveCount: 0,
  }
  return new Thread(new Run(parts, execution), { previous: 0, variables: new Map(), signal, trial })
}
