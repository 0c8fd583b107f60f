import type { RequestContext } from './request-context.ts'

const variable = /\$\{([^}]*)\}/g

/** A value of a policy that may hold variables such as `${aws:username}` or `${aws:PrincipalTag/team, 'none'}`. */
export interface Template {
  /** Without variables: the same text for every request. */
  readonly constant: boolean
  readonly text: string
}

/** Variables exist from policy version 2012-10-17 on; before, `${...}` is plain text. */
export const template = (text: string, variables: boolean): Template => ({
  constant: !variables || !text.includes('${'),
  text,
})

/** Replaces the variables; `undefined` where one has no value in the request and no default, so that nothing matches. */
export function expand({ constant, text }: Template, context: RequestContext): string | undefined {
  if (constant) return text
  let missing = false
  const expanded = text.replace(variable, (_, body: string) => {
    if (body === '*' || body === '?' || body === '$') return body
    const [name = '', fallback] = body.split(/,\s*/, 2)
    const value = context.get(name.trim())
    if (typeof value === 'string') return value
    if (fallback !== undefined) return fallback.trim().replace(/^'|'$/g, '')
    missing = true
    return ''
  })
  return missing ? undefined : expanded
}
