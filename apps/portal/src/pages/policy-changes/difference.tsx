import { Sentence } from '../../parts/sentence.tsx'

/** What changes, one sentence each. */
export function Difference({ changes }: { changes: readonly { kind: string; sentence: string }[] }) {
  return (
    <ul className="max-w-[90ch] space-y-1">
      {changes.map(({ kind, sentence }) => (
        <li key={sentence} className="flex gap-2">
          <span aria-hidden="true" className={`w-3 shrink-0 font-mono ${signs[kind]?.[1] ?? 'text-accent'}`}>
            {signs[kind]?.[0] ?? '~'}
          </span>
          <span className="min-w-0">
            <Sentence>{sentence}</Sentence>
          </span>
        </li>
      ))}
    </ul>
  )
}

const signs: Readonly<Record<string, readonly [string, string]>> = {
  rule_added: ['+', 'text-allow'],
  test_added: ['+', 'text-allow'],
  action_created: ['+', 'text-allow'],
  rule_removed: ['−', 'text-block'],
  test_removed: ['−', 'text-block'],
}
