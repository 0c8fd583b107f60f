import { CfnResource, Stack } from 'aws-cdk-lib'
import { CfnRule } from 'aws-cdk-lib/aws-events'
import type { IConstruct } from 'constructs'

/** CloudFormation ends at 500 a stack: what is left is for the next consumers, and for moving a service apart in time. */
const RESOURCES_PER_STACK = 400
/** EventBridge's default quota of rules a bus. */
const RULES_PER_BUS = 300

/** Stacks and buses that are about to outgrow what AWS allows. */
export function limitProblems(app: IConstruct): readonly string[] {
  const resources = app.node.findAll().filter((construct) => CfnResource.isCfnResource(construct))
  const stacks = Map.groupBy(resources, (resource) => Stack.of(resource).stackName)
  const rules = resources.filter((resource) => resource instanceof CfnRule)
  const buses = Map.groupBy(rules, (rule) => rule.eventBusName ?? 'default')
  return [
    ...tooMany(
      stacks,
      RESOURCES_PER_STACK,
      (name, count) => `stack ${name} has ${count} resources, over ${RESOURCES_PER_STACK}: split the service`,
    ),
    ...tooMany(
      buses,
      RULES_PER_BUS,
      (name, count) =>
        `bus ${name} has ${count} rules, over ${RULES_PER_BUS}: ask for a higher quota, or split the app`,
    ),
  ]
}

const tooMany = (
  groups: ReadonlyMap<string, readonly unknown[]>,
  limit: number,
  tell: (name: string, count: number) => string,
): readonly string[] =>
  [...groups].filter(([, members]) => members.length > limit).map(([name, members]) => tell(name, members.length))
