import { Sentence } from '../../parts/sentence.tsx'
import { UserText } from '../../parts/user-text.tsx'

/** What the checks of the conditions found: rules that never can match, that always do, that another covers. */
export function WarningsList({
  warnings,
  nameOf,
}: {
  warnings: readonly { ruleId: string; message: string }[]
  nameOf: (ruleId: string) => string | undefined
}) {
  return (
    <ul className="max-w-[90ch] space-y-1 text-sm">
      {warnings.map(({ ruleId, message }) => (
        <li key={`${ruleId} ${message}`}>
          {nameOf(ruleId) !== undefined && (
            <>
              <UserText className="font-medium">{nameOf(ruleId) ?? ''}</UserText>:{' '}
            </>
          )}
          <Sentence>{message}</Sentence>
        </li>
      ))}
    </ul>
  )
}

export function summarizeWarnings(count: number): string {
  if (count === 0) return 'The checks found no rule that never matches, always matches or is covered by another.'
  return count === 1 ? 'The checks found one thing to look at.' : `The checks found ${count} things to look at.`
}
