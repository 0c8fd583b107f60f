import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Outside } from '../../messaging/index.ts'
import { allow, type Statement } from './policy.ts'

/** `{app}` in a declaration's names and values stands for the deployment's prefix, which a handler's file cannot know. */
const filled = (text: string, app: string): string => text.replaceAll('{app}', app)

export function usedStatements(scope: Construct, app: string, uses: readonly Outside[]): readonly Statement[] {
  return uses.map(({ actions, on }, index) =>
    allow(
      `Uses${index}`,
      actions,
      on.map(({ service, resource, name, separator = ':' }) =>
        Stack.of(scope).formatArn({ service, resource: `${resource}${separator}${filled(name, app)}` }),
      ),
    ),
  )
}

export function usedEnvironment(app: string, uses: readonly Outside[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    uses.flatMap(({ env = {} }) => Object.entries(env).map(([key, value]) => [key, filled(value, app)])),
  )
}
