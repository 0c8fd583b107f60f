/** What a backend gets wrong, as a request and its answer show it. Templates and handlers know nothing of it. */
export interface Gap {
  readonly backend: string
  /** The backend's version that the answer is of. */
  readonly version: string
  readonly what: string
  readonly request: string
  readonly answer: string
  /** What AWS answers or does. */
  readonly aws: string
  readonly source: string
  /** Resource types that its CloudFormation refuses: left out of what is deployed there. */
  readonly leftOut?: readonly string[]
  /** Flows that cannot run for it, by title. */
  readonly skips?: readonly string[]
  /** What is done instead. */
  readonly instead?: string
}

export const gaps: readonly Gap[] = [
  {
    backend: 'MiniStack',
    version: '1.5.33',
    what: 'no archives of an event bus in templates',
    request: 'cloudformation:CreateStack {"Resources":{"R":{"Type":"AWS::Events::Archive"}}}',
    answer: 'ValidationError: Template format error: Unrecognized resource types: [AWS::Events::Archive]',
    aws: 'creates the archive',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html',
    leftOut: ['AWS::Events::Archive'],
  },
  {
    backend: 'MiniStack',
    version: '1.5.33',
    what: 'no policies of an event bus in templates',
    request: 'cloudformation:CreateStack {"Resources":{"R":{"Type":"AWS::Events::EventBusPolicy"}}}',
    answer: 'ValidationError: Template format error: Unrecognized resource types: [AWS::Events::EventBusPolicy]',
    aws: 'attaches the policy',
    source:
      'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html',
    leftOut: ['AWS::Events::EventBusPolicy'],
  },
  {
    backend: 'MiniStack',
    version: '1.5.33',
    what: 'no versions and aliases of a state machine in templates, though its Step Functions has them',
    request: 'cloudformation:CreateStack {"Resources":{"R":{"Type":"AWS::StepFunctions::StateMachineAlias"}}}',
    answer:
      'ValidationError: Template format error: Unrecognized resource types: [AWS::StepFunctions::StateMachineAlias]',
    aws: 'creates the alias',
    source:
      'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachinealias.html',
    leftOut: ['AWS::StepFunctions::StateMachineVersion', 'AWS::StepFunctions::StateMachineAlias'],
    instead: 'the deployment makes them by API calls',
  },
  {
    backend: 'MiniStack',
    version: '1.5.33',
    what: 'no redrive of a dead-letter queue',
    request: 'sqs:StartMessageMoveTask {SourceArn, DestinationArn}',
    answer: 'InvalidAction: The action StartMessageMoveTask is not valid for this endpoint.',
    aws: 'moves the messages',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html',
    instead: '`penstock dlq redrive` moves letter by letter',
  },
  {
    backend: 'MiniStack',
    version: '1.5.33',
    what: 'IAM is not checked unless it is started with AUTH=true',
    request: 'sqs:ListQueues, signed by a session of a role without any policy',
    answer: '200 {"QueueUrls":[...]}',
    aws: 'AccessDenied: ... no identity-based policy allows the sqs:ListQueues action',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html',
  },
  {
    backend: 'MiniStack',
    version: '1.5.33',
    what: 'with AUTH=true its IAM knows no condition keys of EventBridge and DynamoDB: every relay is denied. The suite runs without',
    request:
      'events:PutEvents {Source: "orders"} by a role that may events:PutEvents if StringEquals {"events:source": "orders"}',
    answer:
      'AccessDeniedException: ... not authorized to perform: events:PutEvents because no identity-based policy allows the events:PutEvents action',
    aws: 'allows it',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html',
  },
  {
    backend: 'MiniStack',
    version: '1.5.33',
    what: 'a template may subscribe to a topic that does not exist: nothing ever arrives, also once the topic is there',
    request:
      'cloudformation:CreateStack {"Resources":{"R":{"Type":"AWS::SNS::Subscription","Properties":{"TopicArn":"arn:aws:sns:us-east-1:000000000000:none",...}}}}',
    answer: 'CREATE_COMPLETE',
    aws: 'CREATE_FAILED: Topic does not exist',
    source: 'https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html',
  },
  {
    backend: 'MiniStack',
    version: '1.5.33',
    what: 'change sets take no existing resources in: after a destroy in production mode the bus is in the way',
    request: 'cloudformation:CreateChangeSet {ImportExistingResources: true} with an AWS::Events::EventBus that exists',
    answer: 'CREATE_FAILED AWS::Events::EventBus EventBus already exists: shop',
    aws: 'imports it by its name',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html',
  },
]

/** Why a flow cannot run on a backend. */
export const gapOf = (backend: string, flow: string): string | undefined =>
  gaps.find((gap) => gap.backend === backend && gap.skips?.includes(flow))?.what

/** Resource types that a backend's CloudFormation refuses. */
export const leftOutOn = (backend: string): readonly string[] =>
  gaps.flatMap((gap) => (gap.backend === backend ? (gap.leftOut ?? []) : []))
