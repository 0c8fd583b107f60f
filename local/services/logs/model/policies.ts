import type { PolicyDocument, PolicyStatement } from '../../../service.ts'

interface NamedPolicy {
  readonly text: string
  readonly statements: readonly PolicyStatement[]
  readonly updatedAt: number
}

/** The account's policies for services that write logs; each statement names its log groups. */
export class ResourcePolicies {
  readonly #policies = new Map<string, NamedPolicy>()
  /** One object until a policy changes: IAM compiles a document once for as long as it lives. */
  #together: PolicyDocument | undefined

  get size(): number {
    return this.#policies.size
  }

  names(): string[] {
    return [...this.#policies.keys()]
  }

  get(name: string): NamedPolicy | undefined {
    return this.#policies.get(name)
  }

  set(name: string, text: string, { Statement }: PolicyDocument, updatedAt: number): void {
    const statements = 'Effect' in Statement ? [Statement] : Statement
    this.#policies.set(name, { text, statements, updatedAt })
    this.#join()
  }

  /** Answers whether there was one. */
  delete(name: string): boolean {
    const found = this.#policies.delete(name)
    this.#join()
    return found
  }

  /** What all policies say together. */
  document(): PolicyDocument | undefined {
    return this.#together
  }

  #join(): void {
    const Statement = [...this.#policies.values()].flatMap(({ statements }) => statements)
    this.#together = Statement.length > 0 ? { Version: '2012-10-17', Statement } : undefined
  }
}
