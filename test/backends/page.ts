// Writes docs/guide/backends.md from gaps.ts: `node test/backends/page.ts`.
import { writeFileSync } from 'node:fs'
import { type Gap, gaps } from './gaps.ts'

export const PAGE = 'docs/guide/backends.md'

const row = ({ backend, version, what, request, answer, aws, source, leftOut, skips, instead }: Gap): string => {
  const effect = [
    ...(leftOut ?? []).map((type) => `${type} is left out there`),
    ...(skips ?? []).map((flow) => `the flow "${flow}" is skipped there`),
    ...(instead === undefined ? [] : [instead]),
  ]
  const cells = [`${backend} ${version}`, what, code(request), code(answer), `[${aws}](${source})`, effect.join('; ')]
  return `| ${cells.join(' | ')} |`
}

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``

/** The page as it must be. */
export function page(): string {
  return `<!-- Written by \`node test/backends/page.ts\` from test/backends/gaps.ts. -->
# What other backends get wrong

The shop's flows run on every backend alike (\`npm run test:backends\`). Where a backend lacks something, the request and its answer
stand here. Templates and handlers know nothing of it: a resource type that a backend refuses is left out of the copy that is deployed
there (\`npm run deploy -- --leave-out TYPE,TYPE\`; the deployment names the types that it asks for), a flow that needs it is skipped for
the reason given.

| backend | what | request | its answer | AWS | effect on the suite |
|---|---|---|---|---|---|
${gaps.map(row).join('\n')}

Next: [deploy](deploy.md) to one of them.
`
}

if (import.meta.main) writeFileSync(PAGE, page())
