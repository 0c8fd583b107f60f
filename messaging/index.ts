// The kit, as a contents page. Nothing here loads the runtime or an SDK client: both come on first use.

export type { Loaded, WritableAggregate } from './aggregate.ts'
export { aggregate } from './aggregate.ts'
export { bestEffort } from './best-effort.ts'
export { breaker } from './breaker.ts'
export type { Bus } from './bus.ts'
// How clients talk to it
export { createBus } from './bus.ts'
export type { ClaimCheck } from './claim-check.ts'
export { claimCheck } from './claim-check.ts'
// Who handles it
export { consumer, everyEvent } from './consumer.ts'
export type { HandlerLogger, LambdaContext, MessageContext } from './context.ts'
export type {
  AnyCommand,
  AnyContract,
  AnyEvent,
  CommandContract,
  Data,
  EventContract,
  FactOf,
  MessageOf,
  Wire,
} from './contract.ts'
// What services say to each other
export { command, event, timer } from './contract.ts'
export type {
  ConsumerDeclaration,
  ContractDeclaration,
  Declaration,
  EffectDeclaration,
  EndpointDeclaration,
  Outside,
  ResponderDeclaration,
  StepHandlerDeclaration,
  StoreDeclaration,
} from './declaration.ts'
// For constructs and tools: the declaration as plain data, and what is derived from it
export { declarationOf } from './declaration.ts'
export { delayedRetries } from './delayed-retries.ts'
export type { Duration } from './duration.ts'
export { exponential } from './duration.ts'
// What it does to the outside
export type { AnyEffect, Compensation, Effect, Effects } from './effect.ts'
export { effect } from './effect.ts'
export type { EndpointRequest, EndpointResponse } from './endpoint.ts'
export { endpoint } from './endpoint.ts'
export type { Envelope } from './envelope.ts'
export type {
  CommandDestinations,
  Destinations,
  KeptBreaker,
  KeptBreakers,
  KeptSaga,
  KeptSagas,
  Manifest,
  QueryDestination,
  RetryDestination,
  ScheduleTarget,
} from './environment.ts'
export { keptSaga, manifestOf, variables } from './environment.ts'
// How it fails
export { Dead, NotPerformed, Park, Retry, TooLarge } from './failure.ts'
export type { Degradable, Fallback } from './fallback.ts'
export { cached, defaultTo, enqueueLater, withFallback } from './fallback.ts'
// What it keeps
export { only } from './only.ts'
export type { TableAccess } from './permissions.ts'
export { relayOperatorAccess, relayTableAccess, sweeperTableAccess, tableAccessOf } from './permissions.ts'
export type { AnyQuery, QueryContract } from './query.ts'
export { query } from './query.ts'
export { rate } from './rate.ts'
export { Refused } from './refused.ts'
export { RequestTimeout } from './request-timeout.ts'
export { responder } from './responder.ts'
export type { InlineRuns, RetryPolicies, RetryPolicy } from './retry-policy.ts'
export { inline } from './retry-policy.ts'
export type { Route } from './route.ts'
// What a saga is made of
export { compileSaga } from './saga/compile/compile.ts'
export { SagaError, sagaProblems } from './saga/compile/rules.ts'
export type { SagaTargets, StateMachineDefinition, StepTarget } from './saga/compile/targets.ts'
export { allOf, anyOf, atLeast, equals, isGiven, lessThan, moreThan, not } from './saga/condition.ts'
export { sagaDiagram } from './saga/diagram.ts'
export { stepsOf } from './saga/plan.ts'
export type { AnySaga, Saga } from './saga/saga.ts'
export { saga } from './saga/saga.ts'
export type { SagaHandle, SagaStatus, StepStatus, Verdict } from './saga/status.ts'
export type { AnyStep, StepAnswer, StepInput } from './saga/step-contract.ts'
export { step } from './saga/step-contract.ts'
export type { StepContext, StepFailure, StepHandler, Undoing } from './saga/step-handler.ts'
export { sagaStep } from './saga/step-handler.ts'
export type { ReadableStore, WritableStore } from './store.ts'
export { store } from './store.ts'
export type { EndpointUnit, SendOptions, Timers, Unit, When } from './unit.ts'
export type { Filter, Where } from './where.ts'
export { under } from './where.ts'
export { worker } from './worker.ts'
