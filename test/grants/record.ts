import type { PolicyDocument } from '../../local/service.ts'
import { decide, type Question } from '../../local/services/iam/evaluate.ts'
import type { Iam } from '../../local/services/iam/index.ts'
import type { TestCloud } from '../support/cloud.ts'
import { type Grant, without } from './grants.ts'

/** What IAM allowed while a shop ran, each question once. */
export class Record {
  readonly #allowed = new Map<string, Question>()
  /** By the policies that a question was put to. */
  readonly #byHolder = new Map<string, Question[]>()

  watch(cloud: TestCloud): void {
    cloud.context.service<Iam>('iam').observe((question, decision) => {
      if (!decision.allowed) return
      const key = keyOf(question)
      if (this.#allowed.has(key)) return
      this.#allowed.set(key, question)
      for (const holder of holdersOf(question)) {
        const questions = this.#byHolder.get(holder) ?? []
        if (questions.length === 0) this.#byHolder.set(holder, questions)
        questions.push(question)
      }
    })
  }

  get size(): number {
    return this.#allowed.size
  }

  /** A question that was allowed and would be denied without the grant. */
  needing(grant: Grant): Question | undefined {
    const { kind, of, document } = grant.policy
    const text = textOf(document)
    const less = without(grant)
    const swap = (policy: PolicyDocument): PolicyDocument => (textOf(policy) === text ? less : policy)
    return this.#byHolder.get(`${kind} ${of}`)?.find((question) => {
      const changed =
        kind === 'identity'
          ? { ...question, identityPolicies: question.identityPolicies.map(swap) }
          : { ...question, resourcePolicy: question.resourcePolicy && swap(question.resourcePolicy) }
      return !decide(changed).allowed
    })
  }
}

function holdersOf({ caller, resource, resourcePolicy }: Question): readonly string[] {
  return [
    ...(caller.kind === 'role' ? [`identity ${caller.roleArn}`] : []),
    ...(resourcePolicy ? [`resource ${resource}`] : []),
  ]
}

/** Time and session tell no two questions apart. */
function keyOf({ caller, action, resource, context, resourcePolicy }: Question): string {
  const { 'aws:CurrentTime': _at, 'aws:EpochTime': _epoch, ...facts } = context
  const who =
    caller.kind === 'role' ? caller.roleArn : caller.kind === 'service' ? [caller.principal, caller.sourceArn] : caller
  return JSON.stringify([who, action, resource, facts, resourcePolicy && textOf(resourcePolicy)])
}

const texts = new WeakMap<PolicyDocument, string>()

function textOf(document: PolicyDocument): string {
  const text = texts.get(document) ?? JSON.stringify(document)
  texts.set(document, text)
  return text
}
