import type { QueryLanguage } from '../language/definition.ts'
import type { JsonObject } from '../language/json.ts'

/** Measured: anything but the exact word for JSONPath is JSONata; without a word, what the whole machine has. */
export const languageOf = ({ QueryLanguage }: JsonObject, inherited: QueryLanguage): QueryLanguage =>
  QueryLanguage === undefined ? inherited : QueryLanguage === 'JSONPath' ? 'JSONPath' : 'JSONata'

export const inOtherLanguage = (field: string, language: QueryLanguage): string => {
  const other = language === 'JSONata' ? 'JSONPath' : 'JSONata'
  return `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`
}
