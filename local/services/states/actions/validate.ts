import type {
  ValidateStateMachineDefinitionCommandInput,
  ValidateStateMachineDefinitionCommandOutput,
} from '@aws-sdk/client-sfn'
import { type Action, action } from '../../../service.ts'
import { between, required, satisfies } from '../model/constraints.ts'
import { onAnything, type StatesParts } from '../parts.ts'
import { validateDefinition } from '../validation/validate.ts'

export const validateAction = ({ context }: StatesParts): Readonly<Record<string, Action>> => ({
  ValidateStateMachineDefinition: action<
    ValidateStateMachineDefinitionCommandInput,
    ValidateStateMachineDefinitionCommandOutput
  >({
    // All that is found is an error: a severity of WARNING asks for no less.
    accepts: ['definition', 'type', 'severity', 'maxResults'],
    access: onAnything('ValidateStateMachineDefinition'),
    async run({ definition, type = 'STANDARD', maxResults }) {
      satisfies(required('definition', definition), between('maxResults', maxResults, 0, 100))
      const { diagnostics } = await validateDefinition(context, definition ?? '', type)
      const shown = diagnostics.slice(0, maxResults || 100)
      return {
        result: diagnostics.length === 0 ? 'OK' : 'FAIL',
        diagnostics: [...shown],
        truncated: shown.length < diagnostics.length,
      }
    },
  }),
})
