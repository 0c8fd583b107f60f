/** The language of event patterns: EventBridge's rules, Lambda's event filters and SNS's filter policies on the body. */
export { wildcardComplexity } from './complexity.ts'
export { type EventFields, FieldValue, fieldsOf, fieldsOfText } from './event-fields.ts'
export { MAX_NESTING, PatternError } from './json-reader.ts'
export { compile, type Matcher } from './matcher.ts'
export { nestingOf } from './nesting.ts'
