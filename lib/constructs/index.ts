// Constructs for any app, as a contents page: a backbone, a service a stack, and last the routes.

export { Backbone, type BackboneProps } from './backbone.ts'
export { HandlerFunction, type HandlerFunctionProps } from './handler-function.ts'
export type { HttpApiOptions } from './http-api.ts'
export type { Mode } from './mode.ts'
export { keepData } from './mode.ts'
export { allow, type Statement } from './policy.ts'
export { Queue, type QueueProps } from './queue.ts'
export { Routes, type RoutesProps } from './routes.ts'
export { Sagas } from './sagas.ts'
export { type Handler, Service, type ServiceProps } from './service.ts'
export { ServiceTable } from './service-table.ts'
