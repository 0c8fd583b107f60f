import type { CloudContext, Service } from '../service.ts'
import { createApiGateway } from './apigateway/index.ts'
import { createCloudFormation } from './cloudformation/index.ts'
import { createDynamoDb, createDynamoDbStreams } from './dynamodb/index.ts'
import { createEvents } from './events/index.ts'
import { createIam } from './iam/index.ts'
import { createKms } from './kms/index.ts'
import { createLambda } from './lambda/index.ts'
import { createLogs } from './logs/index.ts'
import { createMonitoring } from './monitoring/index.ts'
import { createS3 } from './s3/index.ts'
import { createScheduler } from './scheduler/index.ts'
import { createSns } from './sns/index.ts'
import { createSqs } from './sqs/index.ts'
import { createSsm } from './ssm/index.ts'
import { createStates } from './states/index.ts'
import { createSts } from './sts/index.ts'

/** Every service of the local cloud. A service may ask for another (`context.service`) once all are made. */
export const createServices = (context: CloudContext): Service[] =>
  [
    createIam,
    createSts,
    createKms,
    createSsm,
    createLogs,
    createMonitoring,
    createS3,
    createSqs,
    createSns,
    createEvents,
    createScheduler,
    createDynamoDb,
    createDynamoDbStreams,
    createLambda,
    createStates,
    createApiGateway,
    createCloudFormation,
  ].map((create) => create(context))
